import { intOf } from '../../../network/graph.ts';
import { formOf } from '../../../network/ops/gemm.ts';
import { axesOf } from '../../../network/ops/reduce.ts';
import { axisAt } from '../../../network/ops/softmax.ts';
import type { TensorFlow, TfTensor } from '../api.ts';
import { inputOf, type Kernel, numbersOf, outputTypes, placesInLast } from '../call.ts';
import { Value } from '../value.ts';

/** alpha A' B' + beta C */
const gemm: Kernel = (call) => {
  const { tf, node } = call;
  const { transA, transB, alpha, beta } = formOf(node);
  const product = tf.matMul(inputOf(call, 0).plain(), inputOf(call, 1).plain(), transA, transB);
  const scaled = alpha === 1 ? product : tf.mul(product, alpha);
  const bias = call.inputs[2]?.plain();
  if (bias === undefined) return [Value.of(tf, scaled)];
  return [Value.of(tf, tf.add(scaled, beta === 1 ? bias : tf.mul(bias, beta)))];
};

/** As numpy.matmul; vectors get the axis they lack, and lose it again. */
const matMul: Kernel = (call) => {
  const { tf } = call;
  const [a, b] = [inputOf(call, 0).plain(), inputOf(call, 1).plain()];
  const left = a.rank === 1 ? tf.reshape(a, [1, a.size]) : a;
  const right = b.rank === 1 ? tf.reshape(b, [b.size, 1]) : b;
  const shape = outputTypes(call)[0]?.shape ?? [];
  return [Value.of(tf, tf.reshape(tf.matMul(...sameBatches(tf, left, right)), [...shape]))];
};

/** Stacks of matrices of the same shape: TensorFlow.js broadcasts some wrongly. A single matrix may meet any stack. */
function sameBatches(tf: TensorFlow, a: TfTensor, b: TfTensor): [TfTensor, TfTensor] {
  const rank = Math.max(a.rank, b.rank);
  const wide = (x: TfTensor) => [...Array<number>(rank - x.rank).fill(1), ...x.shape];
  const [left, right] = [wide(a), wide(b)];
  const isSingle = [left, right].some((shape) => shape.slice(0, -2).every((extent) => extent === 1));
  const stacked = (x: TfTensor, own: number[], other: number[]) => {
    const repeats = own.map((extent, axis) => (isSingle || axis >= rank - 2 ? 1 : (other[axis] ?? 1) / extent));
    const whole = tf.reshape(x, own);
    return repeats.some((count) => count > 1)
      ? tf.tile(
          whole,
          repeats.map((count) => Math.max(1, count)),
        )
      : whole;
  };
  return [stacked(a, left, right), stacked(b, right, left)];
}

type Reduce = (tf: TensorFlow, x: TfTensor, axes: number[], keep: boolean) => TfTensor;

/** Whether what is left of an image has its axes in the same order either way. */
const isOrdered = (order: readonly number[]) => order.every((axis, i) => i === 0 || axis > (order[i - 1] ?? 0));

const reduction =
  (reduce: Reduce): Kernel =>
  (call) => {
    const { tf, node } = call;
    const x = inputOf(call, 0);
    const axes = axesOf(x.shape.length, numbersOf(call, 1), node);
    const keep = intOf(node, 'keepdims', 1) === 1;
    if (axes.length === 0) return [Value.of(tf, x.plain().clone(), x.type)];
    const left = placesInLast.filter((axis) => !axes.includes(axis));
    if (x.isLast && (keep || isOrdered(left))) {
      const places = placesInLast.flatMap((axis, place) => (axes.includes(axis) ? [place] : []));
      const result = reduce(tf, x.as('last'), places, keep);
      return [keep ? Value.ofLast(tf, result, x.type) : Value.of(tf, result, x.type)];
    }
    return [Value.of(tf, reduce(tf, x.plain(), axes, keep), x.type)];
  };

/** TensorFlow.js takes the last axis only. */
const alongAxis =
  (change: (tf: TensorFlow, x: TfTensor) => TfTensor): Kernel =>
  (call) => {
    const { tf, node } = call;
    const x = inputOf(call, 0);
    const rank = x.shape.length;
    const axis = axisAt(rank, node);
    if (axis === rank - 1) return [Value.of(tf, change(tf, x.plain()))];
    const swap = x.shape.map((_, a) => (a === axis ? rank - 1 : a === rank - 1 ? axis : a));
    return [Value.of(tf, tf.transpose(change(tf, tf.transpose(x.plain(), swap)), swap))];
  };

export const matrices: Readonly<Record<string, Kernel>> = {
  Gemm: gemm,
  MatMul: matMul,
  ReduceSum: reduction((tf, x, axes, keep) => tf.sum(x, axes, keep)),
  ReduceMean: reduction((tf, x, axes, keep) => tf.mean(x, axes, keep)),
  ReduceMax: reduction((tf, x, axes, keep) => tf.max(x, axes, keep)),
  ReduceMin: reduction((tf, x, axes, keep) => tf.min(x, axes, keep)),
  ReduceProd: reduction((tf, x, axes, keep) => tf.prod(x, axes, keep)),
  Softmax: alongAxis((tf, x) => tf.softmax(x)),
  LogSoftmax: alongAxis((tf, x) => tf.logSoftmax(x)),
};
