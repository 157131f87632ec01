import type { Emitter } from './ops/op.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { float32 } from './tensor.ts';

interface Decay {
  /** Pulls weights (tensors of rank 2 and more, not biases and normalisations) towards 0. */
  readonly weightDecay: number;
  /** `l2`: the pull is part of the gradient; `decoupled`: of the step (Loshchilov and Hutter, 2019). */
  readonly decay: 'l2' | 'decoupled';
}

export type OptimizerConfig =
  | ({ readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean } & Decay)
  | ({ readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number } & Decay);

/** The names under which an optimizer keeps tensors of a parameter's shape between steps. */
export function slotNames(config: OptimizerConfig, parameter: string): readonly string[] {
  if (config.kind === 'adam') return [`adam.mean/${parameter}`, `adam.square/${parameter}`];
  return config.momentum === 0 ? [] : [`sgd.velocity/${parameter}`];
}

/** The scalar inputs of a step. */
export function hyperNames(config: OptimizerConfig): readonly string[] {
  return config.kind === 'adam' ? ['learningRate', 'biasCorrection1', 'biasCorrection2'] : ['learningRate'];
}

/**
 * Values of the scalar inputs. They follow from the number of the step alone, so a resumed run goes on with exactly
 * the same numbers as one that never stopped.
 * @param stepNumber 1 for the first step
 */
export function hyperValues(config: OptimizerConfig, learningRate: number, stepNumber: number): Tensors {
  const scalar = (value: number): Tensor => float32([], [value]);
  if (config.kind === 'sgd') return { learningRate: scalar(learningRate) };
  return {
    learningRate: scalar(learningRate),
    biasCorrection1: scalar(1 - config.beta1 ** stepNumber),
    biasCorrection2: scalar(1 - config.beta2 ** stepNumber),
  };
}

interface Update {
  readonly parameter: string;
  readonly slots: readonly string[];
}

/** factor * before + (share) * value */
function blend(emit: Emitter, before: string, factor: number, value: string, share: number): string {
  const kept = emit.op('Mul', [before, emit.scalar(factor)]);
  return emit.op('Add', [kept, share === 1 ? value : emit.op('Mul', [value, emit.scalar(share)])]);
}

function sgdStep(emit: Emitter, config: OptimizerConfig & { kind: 'sgd' }, gradient: string, slot: string | undefined) {
  if (slot === undefined) return { step: gradient, slots: [] };
  const velocity = blend(emit, slot, config.momentum, gradient, 1);
  return { step: config.nesterov ? blend(emit, velocity, config.momentum, gradient, 1) : velocity, slots: [velocity] };
}

/** Kingma and Ba, 2015, algorithm 1. */
function adamStep(
  emit: Emitter,
  config: OptimizerConfig & { kind: 'adam' },
  gradient: string,
  slots: readonly string[],
) {
  const [meanBefore = '', squareBefore = ''] = slots;
  const mean = blend(emit, meanBefore, config.beta1, gradient, 1 - config.beta1);
  const square = blend(emit, squareBefore, config.beta2, emit.op('Mul', [gradient, gradient]), 1 - config.beta2);
  const deviation = emit.op('Sqrt', [emit.op('Div', [square, 'biasCorrection2'])]);
  const step = emit.op('Div', [
    emit.op('Div', [mean, 'biasCorrection1']),
    emit.op('Add', [deviation, emit.scalar(config.epsilon)]),
  ]);
  return { step, slots: [mean, square] };
}

/** Writes one parameter's update. @returns the names of its new value and new slots */
export function writeUpdate(
  emit: Emitter,
  config: OptimizerConfig,
  parameter: string,
  gradient: string,
  slots: readonly string[],
): Update {
  const decays = config.weightDecay > 0 && emit.typeOf(parameter).shape.length >= 2;
  const pull = () => emit.op('Mul', [parameter, emit.scalar(config.weightDecay)]);
  const steered = decays && config.decay === 'l2' ? emit.op('Add', [gradient, pull()]) : gradient;
  const update =
    config.kind === 'sgd' ? sgdStep(emit, config, steered, slots[0]) : adamStep(emit, config, steered, slots);
  const step = decays && config.decay === 'decoupled' ? emit.op('Add', [update.step, pull()]) : update.step;
  return {
    parameter: emit.op('Sub', [parameter, emit.op('Mul', [step, 'learningRate'])]),
    slots: update.slots,
  };
}
