import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { differentiate, gradientName } from '../../../main/learning/network/differentiate.ts';
import type { Attributes } from '../../../main/learning/network/graph.ts';
import { float, int, ints } from '../../../main/learning/network/graph.ts';
import type { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { distinctArray, maxAbs, randomArray, scalarGraph } from './gradientCheck.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function near(actual: NdArray | undefined, expected: tf.Tensor, what: string): void {
  const values = expected.dataSync();
  expect(actual?.shape, what).toEqual(expected.shape);
  const worst = maxAbs(Array.from(values, (value, i) => value - (actual?.data[i] ?? Number.NaN)));
  expect(worst / Math.max(maxAbs(values), 1e-6), what).toBeLessThan(1e-5);
}

/** Gradients of sum(weights * value), ours and theirs; theirs is written on channels-last images. */
function compare(
  inputs: Record<string, NdArray>,
  write: (builder: GraphBuilder) => string,
  theirs: (values: Record<string, tf.Tensor>) => tf.Tensor,
): void {
  const { graph, feeds } = scalarGraph(inputs, write);
  const names = Object.keys(inputs);
  const ours = interpret(differentiate(graph, { output: 'loss', withRespectTo: names }), feeds);
  const tensors = names.map((name) =>
    tf.tensor(Float32Array.from(inputs[name]?.data ?? []), [...(inputs[name]?.shape ?? [])]),
  );
  const weights = feeds.weights;
  if (weights === undefined) throw new Error('no weights');
  const loss = (...values: tf.Tensor[]) => {
    const value = theirs(Object.fromEntries(names.map((name, i) => [name, values[i] ?? tf.scalar(0)])));
    return tf.sum(tf.mul(value, tf.tensor(Float32Array.from(weights.data), [...weights.shape]))) as tf.Scalar;
  };
  const gradients = tf.grads(loss as (...values: tf.Tensor[]) => tf.Scalar)(tensors);
  near(ours.loss, loss(...tensors), 'loss');
  names.forEach((name, i) => {
    const expected = gradients[i];
    if (expected !== undefined) near(ours[gradientName(name)], expected, name);
  });
}

const last = (value: tf.Tensor | undefined) => tf.transpose(value ?? tf.scalar(0), [0, 2, 3, 1]) as tf.Tensor4D;
const first = (value: tf.Tensor) => tf.transpose(value, [0, 3, 1, 2]);

describe('against TensorFlow.js on its plain JavaScript backend', () => {
  test.each([
    [1, 1],
    [2, 0],
  ])('convolution, stride %i, padding %i', (stride, padding) => {
    const inputs = { x: randomArray([2, 3, 7, 6], 1), w: randomArray([4, 3, 3, 3], 2) };
    const attributes: Attributes = {
      strides: ints([stride, stride]),
      pads: ints([padding, padding, padding, padding]),
    };
    compare(
      inputs,
      (g) => g.op('Conv', ['x', 'w'], attributes),
      ({ x, w }) =>
        first(tf.conv2d(last(x), tf.transpose(w ?? tf.scalar(0), [2, 3, 1, 0]) as tf.Tensor4D, stride, padding)),
    );
  });

  test('depthwise convolution', () => {
    compare(
      { x: randomArray([2, 3, 6, 5], 1), w: randomArray([6, 1, 3, 3], 2) },
      (g) => g.op('Conv', ['x', 'w'], { group: int(3), pads: ints([1, 1, 1, 1]) }),
      ({ x, w }) => {
        const filters = tf.transpose(tf.reshape(w ?? tf.scalar(0), [3, 2, 3, 3]), [2, 3, 0, 1]) as tf.Tensor4D;
        return first(tf.depthwiseConv2d(last(x), filters, 1, 1));
      },
    );
  });

  test('pooling', () => {
    const attributes = { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) };
    const x = distinctArray([2, 2, 7, 8], 5);
    compare(
      { x },
      (g) => g.op('MaxPool', ['x'], attributes),
      (v) => first(tf.maxPool(last(v.x), 3, 2, 1, 'floor')),
    );
    compare(
      { x },
      (g) => g.op('AveragePool', ['x'], { ...attributes, pads: ints([0, 0, 0, 0]) }),
      // Without padding: the tfjs gradient divides by the whole window even where its forward pass does not.
      (v) => first(tf.avgPool(last(v.x), 3, 2, 0, 'floor')),
    );
  });

  test('batch normalisation on the statistics of the batch', () => {
    const inputs = { x: randomArray([3, 2, 4, 3], 1), scale: randomArray([2], 2), bias: randomArray([2], 3) };
    compare(
      inputs,
      (g) => {
        const [mean, variance] = [g.scalar(0), g.scalar(1)].map((value) => g.op('Expand', [value, g.ints([2])]));
        const attributes = { training_mode: int(1), epsilon: float(1e-3) };
        return g.ops('BatchNormalization', ['x', 'scale', 'bias', mean, variance], 3, attributes)[0] ?? '';
      },
      ({ x, scale, bias }) => {
        const { mean, variance } = tf.moments(last(x), [0, 1, 2]);
        const data = tf.div(tf.sub(last(x), mean), tf.sqrt(tf.add(variance, 1e-3)));
        return first(tf.add(tf.mul(data, scale ?? 1), bias ?? 0));
      },
    );
  });

  test('softmax cross entropy', () => {
    const y = tf.oneHot(tf.tensor1d([0, 2, 1, 2], 'int32'), 3);
    compare(
      { logits: randomArray([4, 3], 1) },
      (g) => {
        const hot = g.constant({
          type: 'float32',
          shape: [4, 3],
          data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1),
        });
        const product = g.op('Mul', [g.op('LogSoftmax', ['logits'], { axis: int(1) }), hot]);
        return g.op('Neg', [g.op('ReduceSum', [product, g.ints([1])], { keepdims: int(0) })]);
      },
      ({ logits }) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits ?? tf.scalar(0)), y), 1)),
    );
  });
});
