import { AppError } from '../../domain/errors.ts';
import { randomStream } from '../../domain/random.ts';
import { writeBackward, writeForward } from './differentiate.ts';
import type { Attributes, Graph, Node } from './graph.ts';
import { floatOf, int } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { inferShapes } from './inferShapes.ts';
import type { Network } from './network.ts';
import type { OptimizerConfig } from './optimizer.ts';
import { hyperNames, hyperValues, slotNames, writeUpdate } from './optimizer.ts';
import type { Tensors } from './tensor.ts';
import { float32, sizeOf, zeros } from './tensor.ts';

export interface TrainStepOptions {
  readonly batchSize: number;
  /** Channels, rows, columns of one image. */
  readonly inputShape: readonly [number, number, number];
  readonly optimizer: OptimizerConfig;
  /** Names out of `network.parameters`; see `trainableAfter`. */
  readonly trainable: readonly string[];
}

/** A tensor that lives from step to step. */
export interface StateEntry {
  /** The graph's input; its output is `next/<name>`. */
  readonly name: string;
  readonly role: 'parameter' | 'slot' | 'statistic';
  readonly shape: readonly number[];
}

/** A dropout layer: its input in the graph is a mask of zeros and 1 / (1 - ratio). */
export interface MaskEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly ratio: number;
}

export interface TrainStep {
  readonly graph: Graph;
  readonly batchSize: number;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
  readonly optimizer: OptimizerConfig;
  readonly state: readonly StateEntry[];
  readonly masks: readonly MaskEntry[];
}

export function nextName(name: string): string {
  return `next/${name}`;
}

/** Batch norms whose scale or bias is trained; the others keep their statistics. */
function trainsStatistics(node: Node, trainable: ReadonlySet<string>): boolean {
  return node.opType === 'BatchNormalization' && [1, 2].some((i) => trainable.has(node.inputs[i] ?? ''));
}

/** Dropout layers after which no frozen parameter comes: those before belong to the frozen part. */
function activeDropouts(network: Network, trainable: ReadonlySet<string>): ReadonlySet<Node> {
  const frozen = new Set(network.parameters.filter((name) => !trainable.has(name)));
  const leadsToFrozen = new Set<string>();
  const active = new Set<Node>();
  for (const node of network.graph.nodes.toReversed()) {
    const leads =
      node.inputs.some((name) => name !== undefined && frozen.has(name)) ||
      node.outputs.some((name) => name !== undefined && leadsToFrozen.has(name));
    if (leads) for (const name of node.inputs) if (name !== undefined) leadsToFrozen.add(name);
    if (node.opType === 'Dropout' && !leads) active.add(node);
  }
  return active;
}

function ratioOf(graph: Graph, node: Node): number {
  const ratio = graph.initializers.get(node.inputs[1] ?? '');
  return ratio === undefined ? floatOf(node, 'ratio', 0.5) : Number(ratio.data[0]);
}

interface TrainingForm {
  readonly nodes: readonly Node[];
  readonly statistics: readonly string[];
  readonly masks: readonly MaskEntry[];
}

/** The network's nodes as training runs them: batch norms on batch statistics, dropouts as a product with a mask. */
function trainingForm(network: Network, trainable: ReadonlySet<string>, inputShape: readonly number[]): TrainingForm {
  const { graph } = network;
  const types = inferShapes(graph, { [network.input]: inputShape });
  const dropouts = activeDropouts(network, trainable);
  const statistics: string[] = [];
  const masks: MaskEntry[] = [];
  const nodes = graph.nodes.map((node): Node => {
    if (trainsStatistics(node, trainable)) {
      const [mean = '', variance = ''] = node.inputs.slice(3);
      statistics.push(mean, variance);
      const outputs = [node.outputs[0], nextName(mean), nextName(variance)];
      return { ...node, outputs, attributes: { ...node.attributes, training_mode: int(1) } };
    }
    if (dropouts.has(node)) {
      const value = node.outputs[0] ?? '';
      const mask = { name: `mask/${value}`, shape: types.get(value)?.shape ?? [], ratio: ratioOf(graph, node) };
      masks.push(mask);
      return { ...node, opType: 'Mul', inputs: [node.inputs[0], mask.name], outputs: [value], attributes: {} };
    }
    return node;
  });
  return { nodes, statistics, masks };
}

/**
 * sum(w CE) / sum(w), CE = -sum(y log softmax(logits)): with class weights this is the weighted mean of PyTorch. As
 * nodes, not written at once, because it is differentiated together with the network.
 */
function lossNodes(builder: GraphBuilder, logits: string): readonly Node[] {
  const node = (opType: string, inputs: readonly string[], output: string, attributes: Attributes = {}): Node => ({
    opType,
    domain: '',
    name: output,
    inputs,
    outputs: [output],
    attributes,
  });
  const flat = { keepdims: int(0) };
  return [
    node('LogSoftmax', [logits], 'loss/logScores', { axis: int(1) }),
    node('Mul', ['loss/logScores', 'y'], 'loss/perClass'),
    node('ReduceSum', ['loss/perClass', builder.ints([1])], 'loss/perCase', flat),
    node('Mul', ['loss/perCase', 'sampleWeight'], 'loss/weighted'),
    node('ReduceSum', ['loss/weighted', builder.ints([0])], 'loss/sum', flat),
    node('ReduceSum', ['sampleWeight', builder.ints([0])], 'loss/weight', flat),
    node('Div', ['loss/sum', 'loss/weight'], 'loss/mean'),
    node('Neg', ['loss/mean'], 'loss'),
  ];
}

function checkOptions(network: Network, { batchSize, trainable }: TrainStepOptions): void {
  const unknown = trainable.filter((name) => !network.parameters.includes(name));
  if (unknown.length > 0) throw new AppError('invalid-input', `The network has no parameter ${unknown.join(', ')}.`);
  if (trainable.length === 0) throw new AppError('invalid-input', 'Nothing is left to train: every layer is frozen.');
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new AppError('invalid-input', 'A batch has at least one case.');
}

function declareInputs(
  builder: GraphBuilder,
  network: Network,
  options: TrainStepOptions,
  state: readonly StateEntry[],
): void {
  const { batchSize, inputShape, optimizer } = options;
  builder.input('x', 'float32', [batchSize, ...inputShape]);
  builder.input('y', 'float32', [batchSize, network.classes]);
  builder.input('sampleWeight', 'float32', [batchSize]);
  for (const name of hyperNames(optimizer)) builder.input(name, 'float32', []);
  for (const { name, shape } of state) builder.input(name, 'float32', shape);
  const inputs = new Set(state.map((entry) => entry.name));
  for (const [name, tensor] of network.graph.initializers) if (!inputs.has(name)) builder.initializer(name, tensor);
}

/**
 * One training step as one graph of standard operators: forward, loss (softmax cross entropy with a weight per case),
 * backward, update. Its inputs and outputs are described in README.md.
 *
 * Shapes are fixed, the batch included: the engine then plans its memory once, and the lowering of the filter gradient
 * needs them. A smaller last batch is a second step with the same state.
 * @throws AppError unsupported-operator (no gradient rule), invalid-input, shape-mismatch
 */
export function buildTrainStep(network: Network, options: TrainStepOptions): TrainStep {
  checkOptions(network, options);
  const { batchSize, inputShape, optimizer } = options;
  const trainable = new Set(options.trainable);
  const form = trainingForm(network, trainable, [batchSize, ...inputShape]);
  const state = stateEntries(network, optimizer, trainable, form.statistics);
  const builder = new GraphBuilder('train-step');
  declareInputs(builder, network, options, state);
  for (const { name, shape } of form.masks) builder.input(name, 'float32', shape);
  builder.reserve(state.map((entry) => nextName(entry.name)));
  const nodes = form.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === network.input ? 'x' : name)),
  }));
  const roots = network.parameters.filter((name) => trainable.has(name));
  const tape = writeForward(builder, [...nodes, ...lossNodes(builder, network.logits)], roots);
  const gradients = writeBackward(builder, tape, 'loss', roots);
  const outputs: Record<string, string> = { loss: 'loss', logits: tape.nameOf(network.logits) };
  for (const name of form.statistics) outputs[nextName(name)] = tape.nameOf(nextName(name));
  for (const name of roots) {
    const slots = slotNames(optimizer, name);
    const update = writeUpdate(builder, optimizer, name, gradients.get(name) ?? '', slots);
    outputs[nextName(name)] = update.parameter;
    slots.forEach((slot, i) => {
      outputs[nextName(slot)] = update.slots[i] ?? '';
    });
  }
  const graph = builder.build(outputs);
  return { graph, batchSize, inputShape, classes: network.classes, optimizer, state, masks: form.masks };
}

function stateEntries(
  network: Network,
  optimizer: OptimizerConfig,
  trainable: ReadonlySet<string>,
  statistics: readonly string[],
): StateEntry[] {
  const shapeOf = (name: string) => network.graph.initializers.get(name)?.shape ?? [];
  const entries: StateEntry[] = [];
  for (const name of network.parameters.filter((parameter) => trainable.has(parameter))) {
    const shape = shapeOf(name);
    entries.push({ name, role: 'parameter', shape });
    for (const slot of slotNames(optimizer, name)) entries.push({ name: slot, role: 'slot', shape });
  }
  for (const name of new Set(statistics)) entries.push({ name, role: 'statistic', shape: shapeOf(name) });
  return entries;
}

/** The state before the first step: the network's own tensors, empty slots. */
export function initialState(step: TrainStep, network: Network): Tensors {
  return Object.fromEntries(
    step.state.map(({ name, role, shape }) => {
      const tensor = role === 'slot' ? zeros(shape) : network.graph.initializers.get(name);
      if (tensor === undefined) throw new Error(`the network has no ${name}`);
      return [name, tensor];
    }),
  );
}

/** The state after a step, out of its outputs. */
export function nextState(step: TrainStep, outputs: Tensors): Tensors {
  return Object.fromEntries(
    step.state.map(({ name }) => {
      const tensor = outputs[nextName(name)];
      if (tensor === undefined) throw new Error(`the step gave no ${nextName(name)}`);
      return [name, tensor];
    }),
  );
}

/** The scalar inputs of step `stepNumber` (1 for the first). */
export function hyperFeeds(
  step: TrainStep,
  { learningRate, stepNumber }: { readonly learningRate: number; readonly stepNumber: number },
): Tensors {
  return hyperValues(step.optimizer, learningRate, stepNumber);
}

/** The dropout masks of step `stepNumber`: a function of seed, step and layer. */
export function maskFeeds(step: TrainStep, seed: number, stepNumber: number): Tensors {
  return Object.fromEntries(
    step.masks.map(({ name, shape, ratio }) => {
      const next = randomStream(seed, 'dropout', name, stepNumber);
      const kept = 1 / (1 - ratio);
      const mask = Float32Array.from({ length: sizeOf(shape) }, () => (next() < ratio ? 0 : kept));
      return [name, float32(shape, mask)];
    }),
  );
}
