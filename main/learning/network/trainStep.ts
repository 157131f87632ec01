import { AppError } from '../../domain/errors.ts';
import { writeBackward, writeForward } from './differentiate.ts';
import { GraphBuilder } from './graphBuilder.ts';
import type { LossConfig } from './loss.ts';
import { isWeighedEach, lossNodes } from './loss.ts';
import type { Network } from './network.ts';
import type { FormsHere } from './ops/forms.ts';
import type { Lowering } from './ops/op.ts';
import type { OptimizerConfig } from './optimizer.ts';
import { hyperNames, slotNames, withScalar, writeClipping, writeUpdate } from './optimizer.ts';
import type { StateEntry, TrainStep } from './stepState.ts';
import { averageKeptName, averageName, nextName, rateFactorName } from './stepState.ts';
import type { TrainingForm } from './trainingForm.ts';
import { trainingForm } from './trainingForm.ts';

export type { MaskEntry, StateEntry, TrainStep } from './stepState.ts';
export { averagedState, hyperFeeds, initialState, maskFeeds, nextName, nextState } from './stepState.ts';

export interface TrainStepOptions {
  readonly batchSize: number;
  /** Channels, rows, columns of one image. */
  readonly inputShape: readonly [number, number, number];
  readonly optimizer: OptimizerConfig;
  /** Names out of `network.parameters`; see `trainableAfter`. */
  readonly trainable: readonly string[];
  /** Cross entropy, where it is left out. */
  readonly loss?: LossConfig;
  /** The longest that all gradients together may be. */
  readonly clipNorm?: number;
  /**
   * Parameters that learn at a rate of their own, by the name of their group: the scalar input `rateFactor/<group>`
   * multiplies the learning rate (see `hyperFeeds`). A factor of 0 holds a group still, but for its batch statistics.
   */
  readonly rateGroups?: Readonly<Record<string, readonly string[]>>;
  /**
   * Keeps a running mean of the parameters beside them, of which each step keeps this share, unless `hyperFeeds` is given
   * another; see `averagedState`.
   */
  readonly averageDecay?: number;
  /**
   * `gather` only adds the batch's gradients to those in the state, `update` only applies them: several small batches
   * act like a large one (but for batch statistics). Otherwise a step does everything.
   */
  readonly phase?: 'whole' | 'gather' | 'update';
  /** What the engine can do: see `loweringFor`. */
  readonly lowering?: Lowering;
  /** Answers to the `questions` of the same step, where the usual forms are not wanted. */
  readonly forms?: FormsHere;
}

const gatheredWeight = 'gathered.weight';

function checkOptions(network: Network, options: TrainStepOptions): void {
  const { batchSize, trainable, clipNorm = 1, averageDecay = 0.5, rateGroups = {} } = options;
  const unknown = trainable.filter((name) => !network.parameters.includes(name));
  if (unknown.length > 0) throw new AppError('invalid-input', `The network has no parameter ${unknown.join(', ')}.`);
  if (trainable.length === 0) throw new AppError('invalid-input', 'Nothing is left to train: every layer is frozen.');
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new AppError('invalid-input', 'A batch has at least one case.');
  if (!(clipNorm > 0)) throw new AppError('invalid-input', 'The longest gradient is above 0.');
  if (!(averageDecay > 0 && averageDecay < 1))
    throw new AppError('invalid-input', 'The share of an average that is kept is between 0 and 1.');
  const grouped = Object.values(rateGroups).flat();
  const strange = grouped.filter((name) => !trainable.includes(name));
  if (strange.length > 0 || new Set(grouped).size < grouped.length)
    throw new AppError('invalid-input', 'A group of learning rates holds trained parameters, each in one group.');
}

/**
 * One training step as one graph of standard operators: forward, loss, backward, update. Its inputs and outputs are
 * described in README.md.
 *
 * Shapes are fixed, the batch included: the engine then plans its memory once, and the lowering of the filter gradient
 * needs them. A smaller last batch is a second step with the same state.
 * @throws AppError unsupported-operator (no gradient rule), invalid-input, shape-mismatch
 */
export function buildTrainStep(network: Network, options: TrainStepOptions): TrainStep {
  checkOptions(network, options);
  const { batchSize, inputShape, optimizer, phase = 'whole', rateGroups = {} } = options;
  const trainable = new Set(options.trainable);
  const form = trainingForm(network, trainable, [batchSize, ...inputShape]);
  const entries = stateEntries(network, options, trainable, form.statistics);
  const isGathering = phase === 'gather';
  const state = entries.filter(({ role }) => isChanged(role, phase));
  const constants = isGathering ? entries.filter(({ role }) => role === 'parameter') : [];
  const builder = new GraphBuilder('train-step', options.lowering, options.forms);
  for (const { name, shape } of [...state, ...constants]) builder.input(name, 'float32', shape);
  builder.reserve(state.map((entry) => nextName(entry.name)));
  const roots = network.parameters.filter((name) => trainable.has(name));
  const outputs: Record<string, string> = {};
  const written: Written = { builder, network, options, form, roots, outputs };
  const gradients = phase === 'update' ? gatheredGradients(builder, roots) : writeGradients(written);
  if (isGathering) writeGathering(written, gradients);
  else writeUpdates(written, gradients);
  return {
    graph: builder.build(outputs),
    batchSize,
    inputShape,
    classes: network.classes,
    optimizer,
    state,
    constants,
    rateGroups: isGathering ? [] : Object.keys(rateGroups),
    ...(options.averageDecay !== undefined && !isGathering && { averageDecay: options.averageDecay }),
    masks: phase === 'update' ? [] : form.masks,
    questions: builder.questions,
  };
}

interface Written {
  readonly builder: GraphBuilder;
  readonly network: Network;
  readonly options: TrainStepOptions;
  readonly form: TrainingForm;
  readonly roots: readonly string[];
  readonly outputs: Record<string, string>;
}

/** Forward, loss and backward. @returns the gradient of each root */
function writeGradients({ builder, network, options, form, roots, outputs }: Written): string[] {
  const { batchSize, inputShape, loss = { kind: 'cross-entropy' }, phase } = options;
  const { logits, classes, scores } = network;
  builder.input('x', 'float32', [batchSize, ...inputShape]);
  builder.input('y', 'float32', [batchSize, classes]);
  builder.input('sampleWeight', 'float32', isWeighedEach(loss) ? [batchSize, classes] : [batchSize]);
  for (const { name, shape } of form.masks) builder.input(name, 'float32', shape);
  for (const [name, tensor] of network.graph.initializers) if (!builder.has(name)) builder.initializer(name, tensor);
  const nodes = form.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === network.input ? 'x' : name)),
  }));
  const scored = lossNodes(builder, loss, { logits, classes, scores });
  const tape = writeForward(builder, [...nodes, ...scored], roots);
  const gradients = writeBackward(builder, tape, phase === 'gather' ? 'loss/total' : 'loss', roots);
  outputs.loss = 'loss';
  outputs.logits = tape.nameOf(logits);
  for (const name of form.statistics) outputs[nextName(name)] = tape.nameOf(nextName(name));
  return roots.map((name) => gradients.get(name) ?? '');
}

function gatheredName(parameter: string): string {
  return `gathered/${parameter}`;
}

/** The state's gradients and weights with this batch's added. */
function writeGathering({ builder, roots, outputs }: Written, gradients: readonly string[]): void {
  roots.forEach((name, i) => {
    outputs[nextName(gatheredName(name))] = builder.op('Add', [gatheredName(name), gradients[i] ?? '']);
  });
  outputs[nextName(gatheredWeight)] = builder.op('Add', [gatheredWeight, 'loss/weight']);
}

function gatheredGradients(builder: GraphBuilder, roots: readonly string[]): string[] {
  return roots.map((name) => builder.op('Div', [gatheredName(name), gatheredWeight]));
}

function writeUpdates({ builder, options, roots, outputs }: Written, given: readonly string[]): void {
  const { optimizer, clipNorm, rateGroups = {}, averageDecay, phase } = options;
  for (const name of hyperNames(optimizer)) builder.input(name, 'float32', []);
  if (averageDecay !== undefined) builder.input(averageKeptName, 'float32', []);
  const factors = new Map<string, string>();
  for (const [group, names] of Object.entries(rateGroups)) {
    const factor = builder.input(rateFactorName(group), 'float32', []);
    for (const name of names) factors.set(name, factor);
  }
  const clipped = clipNorm === undefined ? undefined : writeClipping(builder, given, clipNorm);
  if (clipped !== undefined) outputs.gradientNorm = clipped.norm;
  const gradients = clipped?.gradients ?? given;
  roots.forEach((name, i) => {
    const slots = slotNames(optimizer, name);
    const update = writeUpdate(builder, optimizer, name, gradients[i] ?? '', slots, factors.get(name));
    outputs[nextName(name)] = update.parameter;
    slots.forEach((slot, k) => {
      outputs[nextName(slot)] = update.slots[k] ?? '';
    });
    if (averageDecay !== undefined) {
      const apart = builder.op('Sub', [averageName(name), update.parameter]);
      const kept = withScalar(builder, 'Mul', apart, averageKeptName);
      outputs[nextName(averageName(name))] = builder.op('Add', [update.parameter, kept]);
    }
    if (phase === 'update') outputs[nextName(gatheredName(name))] = zeroed(builder, gatheredName(name));
  });
  if (phase === 'update') outputs[nextName(gatheredWeight)] = zeroed(builder, gatheredWeight);
}

function zeroed(builder: GraphBuilder, value: string): string {
  const { shape } = builder.typeOf(value);
  if (shape.length === 0) return builder.op('Identity', [builder.scalar(0)]);
  return builder.op('Expand', [builder.scalar(0), builder.ints(shape)]);
}

function isChanged(role: StateEntry['role'], phase: NonNullable<TrainStepOptions['phase']>): boolean {
  if (phase === 'gather') return role === 'gathered' || role === 'statistic';
  return phase === 'whole' || role !== 'statistic';
}

function stateEntries(
  network: Network,
  { optimizer, averageDecay, phase = 'whole' }: TrainStepOptions,
  trainable: ReadonlySet<string>,
  statistics: readonly string[],
): StateEntry[] {
  const shapeOf = (name: string) => network.graph.initializers.get(name)?.shape ?? [];
  const entries: StateEntry[] = [];
  for (const name of network.parameters.filter((parameter) => trainable.has(parameter))) {
    const shape = shapeOf(name);
    entries.push({ name, role: 'parameter', shape });
    for (const slot of slotNames(optimizer, name)) entries.push({ name: slot, role: 'slot', shape });
    if (averageDecay !== undefined) entries.push({ name: averageName(name), role: 'average', shape });
    if (phase !== 'whole') entries.push({ name: gatheredName(name), role: 'gathered', shape });
  }
  if (phase !== 'whole') entries.push({ name: gatheredWeight, role: 'gathered', shape: [] });
  for (const name of new Set(statistics)) entries.push({ name, role: 'statistic', shape: shapeOf(name) });
  return entries;
}
