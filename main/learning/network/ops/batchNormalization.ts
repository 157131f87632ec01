import type { NdArray } from '../array64.ts';
import { map, reshaped, sumOver, zip } from '../array64.ts';
import type { Node } from '../graph.ts';
import { float, floatOf, int, intOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Emitter, GradientScope, Op } from './op.ts';
import { need } from './op.ts';

/** Inputs: data, scale, bias, running mean, running variance. */
export function isTraining(node: Node): boolean {
  return intOf(node, 'training_mode', 0) === 1;
}

/** In float32, as a file keeps it: gradients through few values are proportional to it. */
export function epsilonOf(node: Node): number {
  return Math.fround(floatOf(node, 'epsilon', 1e-5));
}

/** All axes but the channel axis. */
function batchAxes(shape: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter((axis) => axis !== 1);
}

/**
 * (value - mean) * scale + bias per channel, in one pass: engines are several times faster at a batch normalisation of
 * unit variance than at the broadcast product and sum it stands for.
 */
function affine(
  emit: Emitter,
  value: string,
  { mean, scale, bias }: { mean?: string; scale?: string; bias?: string },
): string {
  const channels = emit.ints([emit.typeOf(value).shape[1] ?? 1]);
  const filled = (number: number) => emit.op('Expand', [emit.scalar(number), channels]);
  const inputs = [value, scale ?? filled(1), bias ?? filled(0), mean ?? filled(0), filled(1)];
  return emit.op('BatchNormalization', inputs, { epsilon: float(0) });
}

function channelSum(emit: Emitter, value: string): string {
  return emit.op('ReduceSum', [value, emit.ints(batchAxes(emit.typeOf(value).shape))], { keepdims: int(0) });
}

interface BatchStatistics {
  readonly mean: string;
  /** The data less their mean. */
  readonly centred: string;
  readonly variance: string;
}

/**
 * Channels that are joined keep the statistics they have: where many layers normalise the same channels (a dense block),
 * each is measured once.
 */
function jointStatistics(emit: Emitter, data: string): BatchStatistics | undefined {
  const maker = emit.makerOf(data);
  if (maker?.opType !== 'Concat' || intOf(maker, 'axis', 0) !== 1) return undefined;
  const parts = maker.inputs.map((part) => batchStatistics(emit, part ?? ''));
  const join = (key: keyof BatchStatistics, axis: number) =>
    emit.op(
      'Concat',
      parts.map((part) => part[key]),
      { axis: int(axis) },
    );
  return { mean: join('mean', 0), centred: join('centred', 1), variance: join('variance', 0) };
}

/**
 * Mean and variance of the batch, in two passes: E[x^2] - E[x]^2 loses all digits where the mean is large against the
 * spread. The variance is that of the population (ONNX BatchNormalization), not the unbiased one.
 */
function batchStatistics(emit: Emitter, data: string): BatchStatistics {
  const joined = jointStatistics(emit, data);
  if (joined !== undefined) return joined;
  const { shape } = emit.typeOf(data);
  const axes = emit.ints(batchAxes(shape));
  const mean = emit.op('ReduceMean', [data, axes], { keepdims: int(0) });
  const centred = affine(emit, data, { mean });
  const variance = emit.op('ReduceMean', [emit.op('Mul', [centred, centred]), axes], { keepdims: int(0) });
  return { mean, centred, variance };
}

function inverseDeviation(emit: Emitter, variance: string, node: Node): string {
  return emit.op('Reciprocal', [emit.op('Sqrt', [emit.op('Add', [variance, emit.scalar(epsilonOf(node))])])]);
}

/** running * momentum + batch * (1 - momentum) */
function running(emit: Emitter, before: string, batch: string, node: Node): string {
  const momentum = floatOf(node, 'momentum', 0.9);
  const kept = emit.op('Mul', [before, emit.scalar(momentum)]);
  return emit.op('Add', [kept, emit.op('Mul', [batch, emit.scalar(1 - momentum)])]);
}

/** With fixed statistics the layer is one multiplication and one addition per channel. */
function fixedGradient({ emit, gradient, input, node, wanted }: GradientScope): (string | undefined)[] {
  const inverse = inverseDeviation(emit, input(4), node);
  const data = () => affine(emit, gradient, { scale: emit.op('Mul', [input(1), inverse]) });
  const scale = () => {
    const centred = affine(emit, input(0), { mean: input(3) });
    return emit.op('Mul', [channelSum(emit, emit.op('Mul', [gradient, centred])), inverse]);
  };
  return [data, scale, () => channelSum(emit, gradient)].map((rule, i) => (wanted(i) ? rule() : undefined));
}

/**
 * With batch statistics (Ioffe and Szegedy, 2015), gathered into dX = A dY + B (X - mean) + C, with A, B and C per
 * channel, so that the large tensors are passed over as rarely as possible.
 */
function batchGradient({ emit, gradient, input, node, shape, wanted }: GradientScope): (string | undefined)[] {
  const extents = shape(input(0));
  const { centred, variance } = batchStatistics(emit, input(0));
  const inverse = inverseDeviation(emit, variance, node);
  const sum = channelSum(emit, gradient);
  const slope = emit.op('Mul', [channelSum(emit, emit.op('Mul', [gradient, centred])), inverse]);
  const data = () => {
    const count = emit.scalar(sizeOf(extents) / (extents[1] ?? 1));
    const a = emit.op('Mul', [input(1), inverse]);
    const b = emit.op('Neg', [emit.op('Div', [emit.op('Mul', [emit.op('Mul', [a, inverse]), slope]), count])]);
    const c = emit.op('Neg', [emit.op('Div', [emit.op('Mul', [a, sum]), count])]);
    return emit.op('Add', [affine(emit, gradient, { scale: a }), affine(emit, centred, { scale: b, bias: c })]);
  };
  return [data, () => slope, () => sum].map((rule, i) => (wanted(i) ? rule() : undefined));
}

/**
 * Batch normalisation. With training_mode = 1 the batch's own statistics normalise, and outputs 1 and 2 are the new
 * running mean and variance; engines do not run that form, so it is written out.
 */
export const batchNormalization: Op = {
  opType: 'BatchNormalization',
  infer(inputs, node) {
    const data = need(inputs, 0, node);
    const { type, shape } = need(inputs, 3, node);
    const result = { type: data.type, shape: data.shape };
    return isTraining(node) ? [result, { type, shape }, { type, shape }] : [result];
  },
  evaluate(inputs, node) {
    const [data, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i): NdArray => need(inputs, i, node));
    if (!data || !scale || !bias || !mean || !variance) throw new Error('five inputs expected');
    const broad = (vector: NdArray) => reshaped(vector, [vector.data.length, ...data.shape.slice(2).map(() => 1)]);
    const normalised = (m: NdArray, v: NdArray) => {
      const inverse = map(v, (x) => 1 / Math.sqrt(x + epsilonOf(node)));
      const factor = zip(scale, inverse, (x, y) => x * y);
      const centred = zip(data, broad(m), (x, y) => x - y);
      return zip(
        zip(centred, broad(factor), (x, y) => x * y),
        broad(bias),
        (x, y) => x + y,
      );
    };
    if (!isTraining(node)) return [normalised(mean, variance)];
    const axes = batchAxes(data.shape);
    const count = data.data.length / mean.data.length;
    const average = (values: NdArray) =>
      reshaped(
        map(sumOver(values, axes), (x) => x / count),
        mean.shape,
      );
    const m = average(data);
    const v = average(
      map(
        zip(data, broad(m), (x, y) => x - y),
        (x) => x * x,
      ),
    );
    const momentum = floatOf(node, 'momentum', 0.9);
    const mix = (before: NdArray, now: NdArray) => zip(before, now, (x, y) => x * momentum + y * (1 - momentum));
    return [normalised(m, v), mix(mean, m), mix(variance, v)];
  },
  gradient: (scope) => (isTraining(scope.node) ? batchGradient(scope) : fixedGradient(scope)),
  lower(emit, node) {
    if (!isTraining(node)) return undefined;
    const [data, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => need(node.inputs, i, node));
    if (!data || !mean || !variance) throw new Error('five inputs expected');
    const batch = batchStatistics(emit, data);
    // On the centred data, which the gradient needs: the data themselves need not be kept.
    const zero = emit.op('Expand', [emit.scalar(0), emit.ints(emit.typeOf(mean).shape)]);
    const inputs = [batch.centred, scale, bias, zero, batch.variance];
    return [
      emit.op('BatchNormalization', inputs, { epsilon: float(epsilonOf(node)) }),
      node.outputs[1] && running(emit, mean, batch.mean, node),
      node.outputs[2] && running(emit, variance, batch.variance, node),
    ];
  },
};
