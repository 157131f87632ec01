import { intOf } from '../../../network/graph.ts';
import { epsilonOf } from '../../../network/ops/batchNormalization.ts';
import { axisOf } from '../../../network/ops/op.ts';
import { rangeOf } from '../../../network/ops/quantization.ts';
import type { TfTensor } from '../api.ts';
import { type Call, inputOf, type Kernel } from '../call.ts';
import { dtypeOf, Value } from '../value.ts';

const isAll = (value: Value, number: number): boolean =>
  value.known?.data.every((element) => element === number) ?? false;

/**
 * (x - mean) scale / sqrt(variance + epsilon) + bias, as products and sums: cuDNN's own kernel takes no epsilon below
 * 1e-5, and gradients are written with 0.
 */
const batchNormalization: Kernel = (call) => {
  const { tf, node } = call;
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => inputOf(call, i));
  if (!x || !scale || !bias || !mean || !variance) throw new Error('five inputs expected');
  const isImage = x.shape.length === 4;
  const column = [x.shape[1] ?? 1, ...x.shape.slice(2).map(() => 1)];
  const perChannel = (vector: TfTensor) => (isImage || x.shape.length === 2 ? vector : tf.reshape(vector, column));
  const epsilon = epsilonOf(node);
  const isUnit = isAll(variance, 1) && epsilon === 0;
  let value: TfTensor = isImage ? x.as('last') : x.plain();
  if (!isAll(mean, 0)) value = tf.sub(value, perChannel(mean.plain()));
  if (!isUnit) {
    const factor = tf.mul(scale.plain(), tf.rsqrt(tf.add(variance.plain(), epsilon)));
    value = tf.mul(value, perChannel(factor));
  } else if (!isAll(scale, 1)) value = tf.mul(value, perChannel(scale.plain()));
  if (!isAll(bias, 0)) value = tf.add(value, perChannel(bias.plain()));
  return [isImage ? Value.ofLast(tf, value) : Value.of(tf, value)];
};

/** A scale or zero point, shaped to go with the data: one for all, or one per index along the axis. */
function level(call: Call, i: number, shape: readonly number[]): TfTensor | undefined {
  const given = call.inputs[i];
  if (given === undefined) return undefined;
  const vector = call.tf.cast(given.plain(), 'float32');
  if (vector.size === 1) return call.tf.reshape(vector, []);
  const axis = axisOf(intOf(call.node, 'axis', 1), shape.length, call.node);
  return call.tf.reshape(
    vector,
    shape.map((_, a) => (a === axis ? vector.size : 1)),
  );
}

/** saturate(round(x / scale) + zero point), halves to the even neighbour */
const quantizeLinear: Kernel = (call) => {
  const { tf, node } = call;
  const x = inputOf(call, 0);
  const type = call.inputs[2]?.type ?? 'uint8';
  const [scale, zero] = [level(call, 1, x.shape), level(call, 2, x.shape)];
  const levels = tf.round(tf.div(x.plain(), scale ?? 1));
  const [low, high] = rangeOf(type, node);
  const kept = tf.clipByValue(zero === undefined ? levels : tf.add(levels, zero), low, high);
  return [Value.of(tf, tf.cast(kept, dtypeOf(type)), type)];
};

/** (x - zero point) scale */
const dequantizeLinear: Kernel = (call) => {
  const { tf } = call;
  const x = inputOf(call, 0);
  const [scale, zero] = [level(call, 1, x.shape), level(call, 2, x.shape)];
  const levels = tf.cast(x.plain(), 'float32');
  return [Value.of(tf, tf.mul(zero === undefined ? levels : tf.sub(levels, zero), scale ?? 1))];
};

export const normalisations: Readonly<Record<string, Kernel>> = {
  BatchNormalization: batchNormalization,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
