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
  if (config.kind === 'adam') return [`adam.first/${parameter}`, `adam.second/${parameter}`];
  return config.momentum === 0 ? [] : [`sgd.velocity/${parameter}`];
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
  if (config.kind === 'sgd') return { learningRate: scalar(learningRate) };
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

/** factor * before + value */
function decayed(emit: Emitter, before: string, factor: number, value: string): string {
  return emit.op('Add', [emit.op('Mul', [before, emit.scalar(factor)]), value]);
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
  const deviation = emit.op('Add', [emit.op('Sqrt', [second]), 'adamEpsilon']);
  return { step: emit.op('Div', [first, deviation]), rate: 'adamRate', slots: [first, second] };
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
  const moved = emit.op('Sub', [parameter, emit.op('Mul', [update.step, update.rate])]);
  const isDecoupled = decays && config.decay === 'decoupled';
  const after = isDecoupled ? emit.op('Sub', [moved, emit.op('Mul', [pull(), 'learningRate'])]) : moved;
  return { parameter: after, slots: update.slots };
}
