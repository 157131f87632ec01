import '@tensorflow/tfjs-backend-cpu';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { importLayersModel } from '../../../main/learning/network/importLayersModel.ts';
import { buildInference } from '../../../main/learning/network/inference.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { layerWriters } from '../../../main/learning/network/kerasLayers.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { maxAbs, randomArray } from './gradientCheck.ts';

const models = path.resolve(import.meta.dirname, '../../../../shared/data/models');
const isHere = existsSync(models);

const weights: Readonly<Record<string, readonly number[]>> = {
  'c/kernel': [3, 3, 2, 4],
  'c/bias': [4],
  'bn/gamma': [4],
  'bn/beta': [4],
  'bn/moving_mean': [4],
  'bn/moving_variance': [4],
  'd/depthwise_kernel': [3, 3, 4, 1],
  'f/kernel': [36, 3],
  'f/bias': [3],
};
const values = Object.fromEntries(
  Object.entries(weights).map(([name, shape], i) => [name, Float32Array.from(randomArray(shape, i + 1, 0.1, 1).data)]),
);
const layer = (class_name: string, config: Record<string, unknown>) => ({ class_name, config });
const model = {
  format: 'layers-model',
  modelTopology: {
    model_config: {
      class_name: 'Sequential',
      config: [
        layer('InputLayer', { name: 'in', batch_input_shape: [null, 12, 12, 2] }),
        layer('Conv2D', { name: 'c', strides: [2, 2], padding: 'same', activation: 'linear', use_bias: true }),
        layer('BatchNormalization', { name: 'bn', epsilon: 0.01, momentum: 0.9 }),
        layer('ReLU', { name: 'r', max_value: 6 }),
        layer('DepthwiseConv2D', { name: 'd', padding: 'same', use_bias: false }),
        layer('MaxPooling2D', { name: 'p', pool_size: [2, 2], strides: [2, 2], padding: 'valid' }),
        layer('Flatten', { name: 'fl' }),
        layer('Dense', { name: 'f', activation: 'softmax' }),
      ],
    },
  },
  weightsManifest: [
    {
      paths: ['a.bin', 'b.bin'],
      weights: Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
    },
  ],
};
const bytes = Buffer.concat(Object.values(values).map((data) => Buffer.from(data.buffer)));
const shards = (name: string) => (name === 'a.bin' ? bytes.subarray(0, 101) : bytes.subarray(101));

describe('layers models of TensorFlow.js', () => {
  test('give what TensorFlow.js gives', async () => {
    await tf.setBackend('cpu');
    const network = importLayersModel(JSON.stringify(model), shards);
    expect(network).toMatchObject({ classes: 3, scores: 'softmax', inputShape: [2, 12, 12] });
    expect(network.head.length).toBe(2);
    const image = float32([2, 2, 12, 12], randomArray([2, 2, 12, 12], 9).data);
    const scores = interpret(buildInference(network), { [network.input]: image }).scores;
    const of = (name: string) => tf.tensor(values[name] ?? [], [...(weights[name] ?? [])]);
    let x = tf.transpose(tf.tensor(image.data as Float32Array, [2, 2, 12, 12]), [0, 2, 3, 1]) as tf.Tensor4D;
    x = tf.add(tf.conv2d(x, of('c/kernel') as tf.Tensor4D, 2, 'same'), of('c/bias'));
    const deviation = tf.sqrt(tf.add(of('bn/moving_variance'), 0.01));
    x = tf.div(tf.sub(x, of('bn/moving_mean')), deviation);
    x = tf.clipByValue(tf.add(tf.mul(x, of('bn/gamma')), of('bn/beta')), 0, 6);
    x = tf.depthwiseConv2d(x, of('d/depthwise_kernel') as tf.Tensor4D, 1, 'same');
    const flat = tf.reshape(tf.maxPool(x, 2, 2, 'valid'), [2, 36]);
    const expected = tf.softmax(tf.add(tf.matMul(flat, of('f/kernel')), of('f/bias'))).dataSync();
    expect(maxAbs(Array.from(expected, (value, i) => value - (scores?.data[i] ?? Number.NaN)))).toBeLessThan(1e-5);
  });

  test('damaged ones are refused', () => {
    const damaged = expect.objectContaining({ code: 'model-damaged' });
    expect(() => importLayersModel('{', shards)).toThrowError(damaged);
    expect(() => importLayersModel(JSON.stringify(model), () => bytes.subarray(0, 40))).toThrowError(damaged);
  });

  test.skipIf(!isHere)('three-dimensional layers and graph models are named', () => {
    const named = (text: string) =>
      expect.objectContaining({ code: 'unsupported-operator', message: expect.stringContaining(text) });
    expect(() => load('brainchop-model5_gw_ae')).toThrowError(named('Conv3D'));
    expect(() => load('tfjs-e2e-graph')).toThrowError(named('graph-model'));
  });

  test.skipIf(!isHere).each(isHere ? layersModels() : ['(no reference corpora here)'])(
    '%s imports, or every layer that is missing is named',
    (folder) => {
      const unknown = [...new Set(layersOf(folder))].filter((name) => layerWriters[name] === undefined);
      if (unknown.length === 0) expect(load(folder).classes).toBeGreaterThan(0);
      else
        expect(() => load(folder)).toThrowError(
          expect.objectContaining({
            code: 'unsupported-operator',
            message: `The model uses layers Groundglass does not know: ${unknown.sort().join(', ')}.`,
          }),
        );
    },
  );
});

const jsonOf = (folder: string) => readFileSync(path.join(models, folder, 'model.json'), 'utf8');

function load(folder: string) {
  return importLayersModel(jsonOf(folder), (name) => readFileSync(path.join(models, folder, name)));
}

function layersOf(folder: string): string[] {
  const { config } = JSON.parse(jsonOf(folder)).modelTopology.model_config;
  return (config.layers ?? config).map((one: { class_name: string }) => one.class_name);
}

/** The corpora's folders that hold a Keras layers model. */
function layersModels(): string[] {
  const folders = readdirSync(models).filter((folder) => existsSync(path.join(models, folder, 'model.json')));
  return folders.filter((folder) => JSON.parse(jsonOf(folder)).modelTopology.model_config !== undefined);
}
