import type { Node } from '../graph.ts';
import { floatOf, int, intOf, ints, intsOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Composition } from './composite.ts';
import type { Emitter } from './op.ts';
import { axisOf, mismatch, need } from './op.ts';

interface Standardised {
  readonly value: string;
  readonly mean: string;
  readonly inverse: string;
}

/** (x - mean) / sqrt(variance + epsilon) over axes, which are kept. The variance takes a second pass over the data. */
function standardised(emit: Emitter, x: string, axes: readonly number[], epsilon: number): Standardised {
  const average = (value: string) => emit.op('ReduceMean', [value, emit.ints(axes)], { keepdims: int(1) });
  const mean = average(x);
  const centred = emit.op('Sub', [x, mean]);
  const variance = average(emit.op('Mul', [centred, centred]));
  const inverse = emit.op('Reciprocal', [emit.op('Sqrt', [emit.op('Add', [variance, emit.scalar(epsilon)])])]);
  return { value: emit.op('Mul', [centred, inverse]), mean, inverse };
}

function axesFrom(first: number, rank: number): number[] {
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** value * scale + bias, each reshaped to broadcast over [batch, channel, ...]. */
function affine(emit: Emitter, value: string, node: Node, shape: readonly number[]): string {
  const [scale, bias] = [1, 2].map((i) => emit.op('Reshape', [need(node.inputs, i, node), emit.ints(shape)]));
  return emit.op('Add', [emit.op('Mul', [value, scale]), bias]);
}

/** Ba, Kiros and Hinton, 2016: over the axes from `axis` on. */
const layerNormalization: Composition = (emit, node) => {
  const [x, scale] = [need(node.inputs, 0, node), need(node.inputs, 1, node)];
  const rank = emit.typeOf(x).shape.length;
  const axis = axisOf(intOf(node, 'axis', -1), rank, node);
  const { value, mean, inverse } = standardised(emit, x, axesFrom(axis, rank), floatOf(node, 'epsilon', 1e-5));
  const scaled = emit.op('Mul', [value, scale]);
  const bias = node.inputs[2];
  return [bias === undefined ? scaled : emit.op('Add', [scaled, bias]), mean, inverse];
};

/** Ulyanov et al., 2016: each channel of each image by itself. */
const instanceNormalization: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const { shape } = emit.typeOf(x);
  const { value } = standardised(emit, x, axesFrom(2, shape.length), floatOf(node, 'epsilon', 1e-5));
  return [affine(emit, value, node, [shape[1] ?? 1, ...shape.slice(2).map(() => 1)])];
};

/** Wu and He, 2018. Scale and bias are per channel (opset 21) or per group (opset 18). */
const groupNormalization: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const { shape } = emit.typeOf(x);
  const [batch = 1, channels = 1] = shape;
  const groups = intOf(node, 'num_groups', 1);
  if (channels % groups !== 0) throw mismatch(node, `${channels} channels in ${groups} groups`);
  const grouped = emit.op('Reshape', [x, emit.ints([batch, groups, -1])]);
  const { value } = standardised(emit, grouped, [2], floatOf(node, 'epsilon', 1e-5));
  const isPerChannel = sizeOf(emit.typeOf(need(node.inputs, 1, node)).shape) === channels;
  if (!isPerChannel) return [emit.op('Reshape', [affine(emit, value, node, [groups, 1]), emit.ints(shape)])];
  const image = emit.op('Reshape', [value, emit.ints(shape)]);
  return [affine(emit, image, node, [channels, ...shape.slice(2).map(() => 1)])];
};

const meanVarianceNormalization: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  return [standardised(emit, x, intsOf(node, 'axes') ?? [0, 2, 3], 1e-9).value];
};

/**
 * Local response normalisation (Krizhevsky et al., 2012, section 3.3): x / (bias + alpha mean(x^2))^beta, the mean over
 * `size` neighbouring channels, those that are not there counting as 0.
 */
const lrn: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const { shape } = emit.typeOf(x);
  const size = intOf(node, 'size', 1);
  const [batch = 1, channels = 1] = shape;
  const before = Math.floor((size - 1) / 2);
  const square = emit.op('Reshape', [emit.op('Mul', [x, x]), emit.ints([batch, 1, channels, -1])]);
  const mean = emit.op('AveragePool', [square], {
    kernel_shape: ints([size, 1]),
    pads: ints([before, 0, size - 1 - before, 0]),
    count_include_pad: int(1),
  });
  const power = emit.op('Add', [
    emit.op('Mul', [mean, emit.scalar(floatOf(node, 'alpha', 1e-4))]),
    emit.scalar(floatOf(node, 'bias', 1)),
  ]);
  const factor = emit.op('Pow', [power, emit.scalar(-floatOf(node, 'beta', 0.75))]);
  return [emit.op('Mul', [x, emit.op('Reshape', [factor, emit.ints(shape)])])];
};

/** x / |x| along an axis, |x| being the 1- or 2-norm. */
const lpNormalization: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const norm = intOf(node, 'p', 2) === 1 ? 'ReduceL1' : 'ReduceL2';
  const axis = axisOf(intOf(node, 'axis', -1), emit.typeOf(x).shape.length, node);
  return [emit.op('Div', [x, emit.op(norm, [x, emit.ints([axis])], { keepdims: int(1) })])];
};

export const compositions: Readonly<Record<string, Composition>> = {
  LayerNormalization: layerNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  MeanVarianceNormalization: meanVarianceNormalization,
  LRN: lrn,
  LpNormalization: lpNormalization,
};
