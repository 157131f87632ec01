import { describe, expect, test } from 'vitest';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { arrayFromTensor, ndArray, tensorFromArray } from '../../../main/learning/network/array64.ts';
import { writeForward } from '../../../main/learning/network/differentiate.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { float, int } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import {
  buildTrainStep,
  hyperFeeds,
  initialState,
  maskFeeds,
  nextState,
} from '../../../main/learning/network/trainStep.ts';
import { randomArray } from './gradientCheck.ts';

const sgd = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

/** One dense layer behind a dropout: small enough to check by hand. */
function dense(): Network {
  const builder = new GraphBuilder();
  builder.input('image', 'float32', [1, 3, 1, 1]);
  builder.initializer('w', float32([2, 3], [0.1, -0.2, 0.3, 0.4, 0.5, -0.6]));
  const dropped = builder.op('Dropout', ['image', builder.scalar(0.25)]);
  const logits = builder.op('Gemm', [builder.op('Flatten', [dropped]), 'w'], { transB: int(1) });
  const graph = builder.build({ out: logits });
  return {
    graph,
    input: 'image',
    logits: 'out',
    scores: 'softmax',
    inputShape: [3, 1, 1],
    classes: 2,
    parameters: ['w'],
    featureLayers: [],
    head: ['w'],
  };
}

const x = float32([2, 3, 1, 1], [1, 2, 3, -1, 0.5, 2]);
const y = float32([2, 2], [1, 0, 0, 1]);
const sampleWeight = float32([2], [1, 3]);

function byHand(weights: readonly number[], mask: readonly number[]) {
  const gradient = new Array<number>(6).fill(0);
  let loss = 0;
  for (let n = 0; n < 2; n++) {
    const row = [0, 1, 2].map((k) => Number(x.data[n * 3 + k]) * (mask[n * 3 + k] ?? 0));
    const logits = [0, 1].map((c) => row.reduce((sum, value, k) => sum + value * (weights[c * 3 + k] ?? 0), 0));
    const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
    const share = Number(sampleWeight.data[n]) / 4;
    for (let c = 0; c < 2; c++) {
      const score = Math.exp(logits[c] ?? 0) / total;
      const target = Number(y.data[n * 2 + c]);
      loss -= share * target * Math.log(score);
      for (let k = 0; k < 3; k++)
        gradient[c * 3 + k] = (gradient[c * 3 + k] ?? 0) + share * (score - target) * (row[k] ?? 0);
    }
  }
  return { loss, gradient };
}

describe('a training step', () => {
  test('weights cases, drops by the mask and descends', () => {
    const network = dense();
    const step = buildTrainStep(network, { batchSize: 2, inputShape: [3, 1, 1], optimizer: sgd, trainable: ['w'] });
    const masks = maskFeeds(step, 5, 1);
    expect(maskFeeds(step, 5, 1)).toEqual(masks);
    expect(maskFeeds(step, 5, 2)).not.toEqual(masks);
    const [mask] = Object.values(masks);
    const values = Array.from(mask?.data ?? [], Number);
    expect(values.filter((value) => value !== 0 && Math.abs(value - 4 / 3) > 1e-6)).toEqual([]);
    const state = initialState(step, network);
    const hyper = hyperFeeds(step, { learningRate: 0.5, stepNumber: 1 });
    const outputs = interpret(step.graph, { x, y, sampleWeight, ...masks, ...state, ...hyper });
    const weights = Array.from(network.graph.initializers.get('w')?.data ?? [], Number);
    const { loss, gradient } = byHand(weights, values);
    expect(outputs.loss?.data[0]).toBeCloseTo(loss, 10);
    Array.from(outputs['next/w']?.data ?? []).forEach((value, i) => {
      expect(value).toBeCloseTo((weights[i] ?? 0) - 0.5 * (gradient[i] ?? 0), 10);
    });
  });

  test('Adam moves by the learning rate at first, whatever the gradient', () => {
    const network = dense();
    const step = buildTrainStep(network, { batchSize: 2, inputShape: [3, 1, 1], optimizer: adam, trainable: ['w'] });
    const ones = Object.fromEntries(
      step.masks.map(({ name, shape }) => [name, float32(shape, new Float32Array(6).fill(1))]),
    );
    const feeds = { x, y, sampleWeight, ...ones };
    const state = initialState(step, network);
    const first = interpret(step.graph, {
      ...feeds,
      ...state,
      ...hyperFeeds(step, { learningRate: 0.01, stepNumber: 1 }),
    });
    const next = nextState(
      step,
      Object.fromEntries(Object.entries(first).map(([name, value]) => [name, tensorFromArray(value)])),
    );
    expect(Object.keys(next)).toEqual(['w', 'adam.first/w', 'adam.second/w']);
    Array.from(next.w?.data ?? [], Number).forEach((value, i) => {
      expect(Math.abs(value - Number(state.w?.data[i]))).toBeCloseTo(0.01, 5);
    });
  });

  test('several steps of Adam are those of the paper', () => {
    const network = dense();
    const config = { ...adam, epsilon: 1e-2, weightDecay: 0.1, decay: 'decoupled' } as const;
    const step = buildTrainStep(network, { batchSize: 2, inputShape: [3, 1, 1], optimizer: config, trainable: ['w'] });
    const mask = new Float64Array(6).fill(1);
    const masks = Object.fromEntries(step.masks.map(({ name, shape }) => [name, ndArray(shape, mask)]));
    let state: Record<string, NdArray> = Object.fromEntries(
      Object.entries(initialState(step, network)).map(([name, tensor]) => [name, arrayFromTensor(tensor)]),
    );
    const weights = Array.from(state.w?.data ?? []);
    const [first, second] = [new Float64Array(6), new Float64Array(6)];
    for (let stepNumber = 1; stepNumber <= 4; stepNumber++) {
      const { gradient } = byHand(weights, [1, 1, 1, 1, 1, 1]);
      gradient.forEach((g, i) => {
        first[i] = 0.9 * (first[i] ?? 0) + 0.1 * g;
        second[i] = 0.999 * (second[i] ?? 0) + 0.001 * g * g;
        const mean = (first[i] ?? 0) / (1 - 0.9 ** stepNumber);
        const deviation = Math.sqrt((second[i] ?? 0) / (1 - 0.999 ** stepNumber));
        const before = weights[i] ?? 0;
        weights[i] = before - 0.05 * (mean / (deviation + 1e-2) + 0.1 * before);
      });
      const feeds = { x, y, sampleWeight, ...masks, ...state, ...hyperFeeds(step, { learningRate: 0.05, stepNumber }) };
      const outputs = interpret(step.graph, feeds);
      state = Object.fromEntries(step.state.map(({ name }) => [name, outputs[`next/${name}`] ?? ndArray([], [0])]));
    }
    // The scalars are float32 inputs.
    weights.forEach((value, i) => {
      expect(state.w?.data[i]).toBeCloseTo(value, 6);
    });
  });

  test('what is frozen is a constant, and its batch norms keep their statistics', () => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
    const trainable = network.parameters.filter((name) => name.startsWith('block4') || name.startsWith('fc'));
    const step = buildTrainStep(network, { batchSize: 2, inputShape: [1, 16, 16], optimizer: sgd, trainable });
    expect(step.state.map((entry) => entry.name)).toEqual([
      ...trainable,
      'block4.bn.running_mean',
      'block4.bn.running_var',
    ]);
    expect(step.graph.initializers.has('block1.bn.running_mean')).toBe(true);
    expect(step.graph.nodes.filter((node) => node.attributes.training_mode !== undefined)).toEqual([]);
  });

  test('refuses to train nothing, or what is not there', () => {
    const options = { batchSize: 2, inputShape: [3, 1, 1] as const, optimizer: sgd };
    const refused = expect.objectContaining({ code: 'invalid-input' });
    expect(() => buildTrainStep(dense(), { ...options, trainable: [] })).toThrowError(refused);
    expect(() => buildTrainStep(dense(), { ...options, trainable: ['v'] })).toThrowError(refused);
  });
});

test('batch normalisation written out equals its definition, running statistics included', () => {
  const builder = new GraphBuilder();
  const shapes = { x: [3, 2, 2, 2], scale: [2], bias: [2], mean: [2], variance: [2] };
  for (const [name, shape] of Object.entries(shapes)) builder.input(name, 'float32', shape);
  const attributes = { training_mode: int(1), epsilon: float(1e-3), momentum: float(0.8) };
  const [a = '', b = '', c = ''] = builder.ops('BatchNormalization', Object.keys(shapes), 3, attributes);
  const defined: Graph = builder.build({ a, b, c });
  const written = new GraphBuilder();
  for (const [name, shape] of Object.entries(shapes)) written.input(name, 'float32', shape);
  const tape = writeForward(written, defined.nodes, []);
  const lowered = written.build({ a: tape.nameOf('a'), b: tape.nameOf('b'), c: tape.nameOf('c') });
  expect(lowered.nodes.length).toBeGreaterThan(3);
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, randomArray(shape, i + 1, 0.5, 2)]),
  );
  const [one, other] = [interpret(defined, feeds), interpret(lowered, feeds)];
  for (const name of ['a', 'b', 'c']) {
    Array.from(one[name]?.data ?? []).forEach((value, i) => {
      expect(other[name]?.data[i]).toBeCloseTo(value, 7);
    });
  }
});
