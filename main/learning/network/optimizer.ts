import { int } from './graph.ts';
import type { Emitter } from './ops/op.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { float32 } from './tensor.ts';

interface Decay {
  /** Pulls weights (tensors of rank 2 and more, not biases and normalisations) towards 0. */
  readonly weightDecay: number;
  /** `l2`: the pull is part of the gradient; `decoupled`: of the step (Loshchilov and Hutter, 2019). */
  readonly decay: 'l2' | 'decoupled';
  /** Pulls the same weights towards 0 by a constant amount: part of the gradient. */
  readonly l1?: number;
}

/** AdamW is `adam` with decoupled decay; momentum and Nesterov's are `sgd`'s. */
export type OptimizerConfig =
  | ({ readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean } & Decay)
  | ({ readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number } & Decay)
  | ({
      readonly kind: 'rmsprop';
      /** Share of the old mean square that is kept. */
      readonly smoothing: number;
      readonly epsilon: number;
      readonly momentum: number;
    } & Decay);

/** The names under which an optimizer keeps tensors of a parameter's shape between steps. */
export function slotNames(config: OptimizerConfig, parameter: string): readonly string[] {
  if (config.kind === 'adam') return [`adam.first/${parameter}`, `adam.second/${parameter}`];
  const velocity = config.momentum === 0 ? [] : [`${config.kind}.velocity/${parameter}`];
  return config.kind === 'rmsprop' ? [`rmsprop.square/${parameter}`, ...velocity] : velocity;
}

/** The scalar inputs of a step. */
export function hyperNames(config: OptimizerConfig): readonly string[] {
  return config.kind === 'adam' ? ['learningRate', 'adamRate', 'adamEpsilon'] : ['learningRate'];
}

/**
 * Values of the scalar inputs. They follow from the number of the step alone, so a resumed run goes on with exactly
 * the same numbers as one that never stopped.
 * @param stepNumber 1 for the first step
 */
export function hyperValues(config: OptimizerConfig, learningRate: number, stepNumber: number): Tensors {
  const scalar = (value: number): Tensor => float32([], [value]);
  if (config.kind !== 'adam') return { learningRate: scalar(learningRate) };
  const correction1 = 1 - config.beta1 ** stepNumber;
  const correction2 = 1 - config.beta2 ** stepNumber;
  const secondScale = Math.sqrt((1 - config.beta2) / correction2);
  return {
    learningRate: scalar(learningRate),
    adamRate: scalar((learningRate * (1 - config.beta1)) / (correction1 * secondScale)),
    adamEpsilon: scalar(config.epsilon / secondScale),
  };
}

interface Update {
  readonly parameter: string;
  readonly slots: readonly string[];
}

/**
 * Every element with the same scalar. onnxruntime takes a tensor whose last extent is 1 (the weights of every 1x1
 * convolution) apart into single elements for that, twenty times slower: it is laid out flat before, which copies nothing.
 */
export function withScalar(emit: Emitter, opType: 'Add' | 'Mul', value: string, scalar: string): string {
  const { shape } = emit.typeOf(value);
  if (shape.length < 2 || shape.at(-1) !== 1) return emit.op(opType, [value, scalar]);
  const flat = emit.op(opType, [emit.op('Reshape', [value, emit.ints([-1])]), scalar]);
  return emit.op('Reshape', [flat, emit.ints(shape)]);
}

/** factor * before + value */
function decayed(emit: Emitter, before: string, factor: number, value: string): string {
  return emit.op('Add', [withScalar(emit, 'Mul', before, emit.scalar(factor)), value]);
}

function sgdStep(emit: Emitter, config: OptimizerConfig & { kind: 'sgd' }, gradient: string, slot: string | undefined) {
  if (slot === undefined) return { step: gradient, rate: 'learningRate', slots: [] };
  const velocity = decayed(emit, slot, config.momentum, gradient);
  const step = config.nesterov ? decayed(emit, velocity, config.momentum, gradient) : velocity;
  return { step, rate: 'learningRate', slots: [velocity] };
}

/**
 * Kingma and Ba, 2015, algorithm 1. The slots hold decayed sums instead of means (first moment / (1 - beta1), second /
 * (1 - beta2)); the factors and the bias corrections are in `adamRate` and `adamEpsilon`. Every pass over the parameters
 * saved here is felt: there are tens of millions of them.
 */
function adamStep(
  emit: Emitter,
  config: OptimizerConfig & { kind: 'adam' },
  gradient: string,
  slots: readonly string[],
) {
  const [firstBefore = '', secondBefore = ''] = slots;
  const first = decayed(emit, firstBefore, config.beta1, gradient);
  const second = decayed(emit, secondBefore, config.beta2, emit.op('Mul', [gradient, gradient]));
  const deviation = withScalar(emit, 'Add', emit.op('Sqrt', [second]), 'adamEpsilon');
  return { step: emit.op('Div', [first, deviation]), rate: 'adamRate', slots: [first, second] };
}

/** Tieleman and Hinton, 2012, as PyTorch has it: gradients by the root of their running mean square. */
function rmspropStep(
  emit: Emitter,
  config: OptimizerConfig & { kind: 'rmsprop' },
  gradient: string,
  slots: readonly string[],
) {
  const [squareBefore = '', velocityBefore] = slots;
  const fresh = withScalar(emit, 'Mul', emit.op('Mul', [gradient, gradient]), emit.scalar(1 - config.smoothing));
  const square = decayed(emit, squareBefore, config.smoothing, fresh);
  const deviation = withScalar(emit, 'Add', emit.op('Sqrt', [square]), emit.scalar(config.epsilon));
  const step = emit.op('Div', [gradient, deviation]);
  if (velocityBefore === undefined) return { step, rate: 'learningRate', slots: [square] };
  const velocity = decayed(emit, velocityBefore, config.momentum, step);
  return { step: velocity, rate: 'learningRate', slots: [square, velocity] };
}

function stepOf(emit: Emitter, config: OptimizerConfig, gradient: string, slots: readonly string[]) {
  switch (config.kind) {
    case 'sgd':
      return sgdStep(emit, config, gradient, slots[0]);
    case 'adam':
      return adamStep(emit, config, gradient, slots);
    case 'rmsprop':
      return rmspropStep(emit, config, gradient, slots);
  }
}

/**
 * Writes one parameter's update.
 * @param factor scalar by which this parameter's learning rate is multiplied
 * @returns the names of its new value and new slots
 */
export function writeUpdate(
  emit: Emitter,
  config: OptimizerConfig,
  parameter: string,
  gradient: string,
  slots: readonly string[],
  factor?: string,
): Update {
  const isWeight = emit.typeOf(parameter).shape.length >= 2;
  const decays = config.weightDecay > 0 && isWeight;
  const pull = () => withScalar(emit, 'Mul', parameter, emit.scalar(config.weightDecay));
  const scaled = (rate: string) => (factor === undefined ? rate : emit.op('Mul', [rate, factor]));
  const { l1 = 0 } = config;
  const sparse =
    l1 > 0 && isWeight
      ? emit.op('Add', [gradient, withScalar(emit, 'Mul', emit.op('Sign', [parameter]), emit.scalar(l1))])
      : gradient;
  const steered = decays && config.decay === 'l2' ? emit.op('Add', [sparse, pull()]) : sparse;
  const update = stepOf(emit, config, steered, slots);
  const moved = emit.op('Sub', [parameter, withScalar(emit, 'Mul', update.step, scaled(update.rate))]);
  const isDecoupled = decays && config.decay === 'decoupled';
  const after = isDecoupled ? emit.op('Sub', [moved, withScalar(emit, 'Mul', pull(), scaled('learningRate'))]) : moved;
  return { parameter: after, slots: update.slots };
}

/**
 * The gradients, made shorter together where their common length is above `longest` (Pascanu et al., 2013).
 * @returns their names in the same order, and the name of the length before
 */
export function writeClipping(
  emit: Emitter,
  gradients: readonly string[],
  longest: number,
): { readonly gradients: readonly string[]; readonly norm: string } {
  const squares = gradients.map((gradient) =>
    emit.op('ReduceSum', [emit.op('Mul', [gradient, gradient])], { keepdims: int(0) }),
  );
  const norm = emit.op('Sqrt', [squares.length === 1 ? (squares[0] ?? '') : emit.op('Sum', squares)]);
  const ratio = emit.op('Div', [emit.scalar(longest), emit.op('Add', [norm, emit.scalar(1e-6)])]);
  const factor = emit.op('Min', [ratio, emit.scalar(1)]);
  return { gradients: gradients.map((gradient) => withScalar(emit, 'Mul', gradient, factor)), norm };
}
