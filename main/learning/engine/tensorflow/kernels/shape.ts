import { AppError } from '../../../../domain/errors.ts';
import { intOf, tensorOf } from '../../../network/graph.ts';
import { axisOf } from '../../../network/ops/op.ts';
import { padsOf, type Range, rangesOf } from '../../../network/ops/slice.ts';
import { permutationOf } from '../../../network/ops/transpose.ts';
import { sizeOf } from '../../../network/tensor.ts';
import type { TensorFlow, TfTensor } from '../api.ts';
import { type Call, inOrder, inputOf, type Kernel, numbersOf, outputTypes, placesInLast } from '../call.ts';
import { dtypeOf, Value } from '../value.ts';

const firstShape = (call: Call): number[] => [...(outputTypes(call)[0]?.shape ?? [])];

/** Same elements, other shape: the operator's shape rule says which. */
const reshape: Kernel = (call) => {
  const x = inputOf(call, 0);
  return [Value.of(call.tf, call.tf.reshape(x.plain(), firstShape(call)), x.type)];
};

const isSame = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((v, i) => v === b[i]);

const transpose: Kernel = (call) => {
  const x = inputOf(call, 0);
  const axes = permutationOf(call.node, x.shape.length);
  // What networks from TensorFlow do around every convolution costs nothing.
  if (isSame(axes, placesInLast)) return [Value.of(call.tf, x.as('last').clone(), x.type)];
  if (isSame(axes, [0, 3, 1, 2])) return [Value.ofLast(call.tf, x.plain().clone(), x.type)];
  return [Value.of(call.tf, call.tf.transpose(x.plain(), [...axes]), x.type)];
};

/** Every `step`-th element from `start` on, backwards where the step is negative. */
export function sliced(tf: TensorFlow, x: TfTensor, ranges: readonly Range[]): TfTensor {
  const isForward = ranges.every(({ step }) => step > 0);
  const low = ranges.map(({ start, step, count }) => (step > 0 ? start : start + (count - 1) * step));
  const extents = ranges.map(({ step, count }) => (count === 0 ? 0 : (count - 1) * Math.abs(step) + 1));
  const isEmpty = extents.includes(0);
  if (isEmpty) return tf.zeros(ranges.map(({ count }) => count));
  const steps = ranges.map(({ step }) => Math.abs(step));
  const part = steps.every((step) => step === 1)
    ? tf.slice(x, low, extents)
    : tf.stridedSlice(
        x,
        low,
        low.map((from, axis) => from + (extents[axis] ?? 0)),
        steps,
      );
  if (isForward) return part;
  return tf.reverse(
    part,
    ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : [])),
  );
}

const slice: Kernel = (call) => {
  const x = inputOf(call, 0);
  const given = [1, 2, 3, 4].map((i) => numbersOf(call, i));
  const ranges = rangesOf(x.shape, given, call.node);
  return [inOrder(call, x, (tensor, order) => sliced(call.tf, tensor, reordered(ranges, order)))];
};

const reordered = <T>(perAxis: readonly T[], order: readonly number[]): T[] =>
  order.flatMap((axis) => {
    const entry = perAxis[axis];
    return entry === undefined ? [] : [entry];
  });

/** With a constant; negative pads crop. Other modes are compositions. */
const pad: Kernel = (call) => {
  const { tf, node } = call;
  const x = inputOf(call, 0);
  const [before, after] = padsOf(x.shape.length, numbersOf(call, 1), numbersOf(call, 3), node);
  const value = call.inputs[2]?.known?.data[0] ?? 0;
  const counts = before.map((count, axis) => [count, after[axis] ?? 0] as const);
  return [inOrder(call, x, (tensor, order) => padded(tf, tensor, reordered(counts, order), value))];
};

function padded(tf: TensorFlow, x: TfTensor, counts: readonly (readonly [number, number])[], value: number): TfTensor {
  const isCropped = counts.some(([before, after]) => before < 0 || after < 0);
  const kept = counts.map(([before, after], axis) => ({
    ...{ start: Math.max(0, -before), step: 1 },
    count: (x.shape[axis] ?? 0) + Math.min(0, before) + Math.min(0, after),
  }));
  const inner = isCropped ? sliced(tf, x, kept) : x;
  const added = counts.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  return added.flat().every((count) => count === 0) ? inner.clone() : tf.pad(inner, added, value);
}

const concat: Kernel = (call) => {
  const { tf, node } = call;
  const values = call.inputs.map((_, i) => inputOf(call, i));
  const first = inputOf(call, 0);
  const axis = axisOf(intOf(node, 'axis', 0), first.shape.length, node);
  const isLast = first.shape.length === 4 && values.some((value) => value.isLast);
  const tensors = values.map((value) => (isLast ? value.as('last') : value.plain()));
  const place = isLast ? placesInLast.indexOf(axis as 0 | 1 | 2 | 3) : axis;
  const joined = tensors.length === 1 ? (tensors[0]?.clone() ?? tf.zeros([0])) : tf.concat(tensors, place);
  return [isLast ? Value.ofLast(tf, joined, first.type) : Value.of(tf, joined, first.type)];
};

const split: Kernel = (call) => {
  const x = inputOf(call, 0);
  const axis = axisOf(intOf(call.node, 'axis', 0), x.shape.length, call.node);
  let start = 0;
  return outputTypes(call).map(({ shape }) => {
    const count = shape[axis] ?? 0;
    const ranges = x.shape.map((extent, a) => ({
      start: a === axis ? start : 0,
      step: 1,
      count: a === axis ? count : extent,
    }));
    start += count;
    return inOrder(call, x, (tensor, order) => sliced(call.tf, tensor, reordered(ranges, order)));
  });
};

const expand: Kernel = (call) => {
  const { tf } = call;
  const x = inputOf(call, 0);
  const shape = firstShape(call);
  if (x.known?.data.length === 1) return [Value.of(tf, tf.fill(shape, x.known.data[0] ?? 0, dtypeOf(x.type)), x.type)];
  const wide = [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const repeats = shape.map((extent, axis) => extent / (wide[axis] ?? 1));
  return [Value.of(tf, tf.tile(tf.reshape(x.plain(), wide), repeats), x.type)];
};

const constantOfShape: Kernel = (call) => {
  const value = tensorOf(call.node, 'value');
  const type = value?.type ?? 'float32';
  return [Value.of(call.tf, call.tf.fill(firstShape(call), Number(value?.data[0] ?? 0), dtypeOf(type)), type)];
};

const constant: Kernel = ({ tf, node }) => {
  const tensor = tensorOf(node, 'value');
  if (tensor === undefined) throw new AppError('unsupported-operator', `Constant ${node.name} holds no tensor.`);
  return [Value.ofConstant(tf, tensor)];
};

const gather: Kernel = (call) => {
  const { tf, node } = call;
  const [x, indices] = [inputOf(call, 0), inputOf(call, 1)];
  const axis = axisOf(intOf(node, 'axis', 0), x.shape.length, node);
  const given = tf.cast(indices.plain(), 'int32');
  const extent = tf.scalar(x.shape[axis] ?? 0, 'int32');
  const places = tf.where(tf.less(given, tf.scalar(0, 'int32')), tf.add(given, extent), given);
  return [Value.of(tf, tf.gather(x.plain(), places, axis), x.type)];
};

/** Along flat tensors with addition: what gradients of picking write. */
const scatterElements: Kernel = (call) => {
  const { tf } = call;
  outputTypes(call);
  const [data, indices, updates] = [0, 1, 2].map((i) => inputOf(call, i).plain());
  if (!data || !indices || !updates) throw new Error('three inputs expected');
  const places = tf.reshape(tf.cast(indices, 'int32'), [sizeOf(indices.shape), 1]);
  return [Value.of(tf, tf.add(data, tf.scatterND(places, updates, [...data.shape])))];
};

export const shapes: Readonly<Record<string, Kernel>> = {
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Transpose: transpose,
  Slice: slice,
  Pad: pad,
  Concat: concat,
  Split: split,
  Expand: expand,
  ConstantOfShape: constantOfShape,
  Constant: constant,
  Gather: gather,
  ScatterElements: scatterElements,
};
