import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { arrayFromTensor, ndArray, tensorFromArray } from '../../../main/learning/network/array64.ts';
import { int } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import type { Feeds } from '../../../main/learning/network/interpret.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import type { LossConfig } from '../../../main/learning/network/loss.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import type { OptimizerConfig } from '../../../main/learning/network/optimizer.ts';
import type { Tensors } from '../../../main/learning/network/tensor.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import type { TrainStepOptions } from '../../../main/learning/network/trainStep.ts';
import {
  averagedState,
  buildTrainStep,
  hyperFeeds,
  initialState,
  nextState,
} from '../../../main/learning/network/trainStep.ts';
import { randomArray } from './gradientCheck.ts';

const sgd = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
const classes = 3;

/** Two dense layers with a hyperbolic tangent between. */
function perceptron(scores: Network['scores'] = 'softmax'): Network {
  const builder = new GraphBuilder();
  builder.input('image', 'float32', [1, 4, 1, 1]);
  builder.initializer('w1', tensorFromArray(randomArray([5, 4], 1, -1, 1)));
  builder.initializer('w2', tensorFromArray(randomArray([classes, 5], 2, -1, 1)));
  builder.initializer('b2', float32([classes], [0.1, -0.2, 0.3]));
  const hidden = builder.op('Tanh', [builder.op('Gemm', [builder.op('Flatten', ['image']), 'w1'], { transB: int(1) })]);
  const graph = builder.build({ out: builder.op('Gemm', [hidden, 'w2', 'b2'], { transB: int(1) }) });
  const roles = { input: 'image', logits: 'out', scores, inputShape: [4, 1, 1] as const, classes, featureLayers: [] };
  return { ...roles, graph, parameters: ['w1', 'w2', 'b2'], head: ['w2', 'b2'] };
}

const inputShape = [4, 1, 1] as const;
const trainable = ['w1', 'w2', 'b2'];
const x = tensorFromArray(randomArray([4, 4, 1, 1], 5));
const y = float32([4, classes], [1, 0, 0, 0, 1, 0, 0.2, 0.3, 0.5, 1, 0, 0]);
const sampleWeight = float32([4], [1, 2, 0.5, 1]);

function part(from: number, to: number): Tensors {
  const rows = (tensor: typeof x) =>
    float32(
      [to - from, ...tensor.shape.slice(1)],
      tensor.data.slice((from * tensor.data.length) / 4, (to * tensor.data.length) / 4) as Float32Array,
    );
  return { x: rows(x), y: rows(y), sampleWeight: rows(sampleWeight) };
}

function stepWith(options: Partial<TrainStepOptions>, network = perceptron()) {
  return buildTrainStep(network, { batchSize: 4, inputShape, optimizer: sgd, trainable, ...options });
}

type State = Record<string, NdArray>;
const wide = (state: Tensors): State =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, arrayFromTensor(tensor)]));

/** Steps in float64; their gradient is the change of the parameters at a learning rate of 1. */
function run(step: ReturnType<typeof stepWith>, state: State, feeds: Feeds): { outputs: State; state: State } {
  const outputs = interpret(step.graph, { ...feeds, ...state });
  const changed = Object.fromEntries(
    step.state.map(({ name }) => [name, outputs[`next/${name}`] ?? ndArray([], [Number.NaN])]),
  );
  return { outputs, state: { ...state, ...changed } };
}

const change = (before: State, after: State, name: string) =>
  Array.from(before[name]?.data ?? [], (value, i) => value - (after[name]?.data[i] ?? Number.NaN));

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 9): void {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

describe('losses', () => {
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  type ByHand = (z: readonly number[], t: readonly number[]) => number;
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const logSoftmax = (z: readonly number[]) => {
    const sum = Math.log(total(z.map(Math.exp)));
    return z.map((value) => value - sum);
  };
  const smooth = (t: number, share: number, count: number) => t * (1 - share) + share / count;
  const cases: readonly (readonly [string, LossConfig, Network['scores'], ByHand])[] = [
    [
      'cross entropy with smoothed labels',
      { kind: 'cross-entropy', smoothing: 0.1 },
      'softmax',
      (z, t) => -total(logSoftmax(z).map((log, k) => log * smooth(t[k] ?? 0, 0.1, 3))),
    ],
    [
      'binary with smoothed labels',
      { kind: 'binary', smoothing: 0.2 },
      'sigmoid',
      (z, t) =>
        -total(
          z.map((value, k) => {
            const target = smooth(t[k] ?? 0, 0.2, 2);
            return target * Math.log(sigmoid(value)) + (1 - target) * Math.log(1 - sigmoid(value));
          }),
        ) / 3,
    ],
    [
      'focal',
      { kind: 'focal', gamma: 2 },
      'softmax',
      (z, t) => -total(logSoftmax(z).map((log, k) => (t[k] ?? 0) * (1 - Math.exp(log)) ** 2 * log)),
    ],
    [
      'focal, labels that do not exclude each other',
      { kind: 'focal', gamma: 1.5 },
      'sigmoid',
      (z, t) =>
        -total(
          z.map((value, k) => {
            const [p, target] = [sigmoid(value), t[k] ?? 0];
            return target * (1 - p) ** 1.5 * Math.log(p) + (1 - target) * p ** 1.5 * Math.log(1 - p);
          }),
        ) / 3,
    ],
    ['squares', { kind: 'mse' }, 'softmax', (z, t) => total(z.map((value, k) => (value - (t[k] ?? 0)) ** 2)) / 3],
  ];

  test.each(cases)('%s', (_, loss, scores, byHand) => {
    const network = perceptron(scores);
    const step = stepWith({ loss }, network);
    const state = wide(initialState(step, network));
    const feeds = { x, y, sampleWeight, ...hyperFeeds(step, { learningRate: 1, stepNumber: 1 }) };
    const { outputs, state: after } = run(step, state, feeds);
    const logits = Array.from(outputs.logits?.data ?? []);
    const weights = Array.from(sampleWeight.data, Number);
    const row = (values: ArrayLike<number>, i: number) => Array.from(values).slice(i * 3, i * 3 + 3);
    const each = weights.map((w, i) => w * byHand(row(logits, i), row(Array.from(y.data, Number), i)));
    expect(outputs.loss?.data[0]).toBeCloseTo(total(each) / total(weights), 6);
    const lossAt = (data: Float64Array) =>
      interpret(step.graph, { ...feeds, ...state, w1: ndArray([5, 4], data) }).loss?.data[0] ?? Number.NaN;
    const numeric = Array.from(state.w1?.data ?? [], (value, i) => {
      const moved = (offset: number) => lossAt(Float64Array.from(state.w1?.data ?? []).with(i, value + offset));
      return (8 * (moved(1e-3) - moved(-1e-3)) - (moved(2e-3) - moved(-2e-3))) / 12e-3;
    });
    close(change(state, after, 'w1'), numeric, 7);
  });

  test('refuses settings that mean nothing', () => {
    const refused = expect.objectContaining({ code: 'invalid-input' });
    expect(() => stepWith({ loss: { kind: 'binary', smoothing: 1 } })).toThrowError(refused);
    expect(() => stepWith({ loss: { kind: 'focal', gamma: 0.5 } })).toThrowError(refused);
    expect(() => stepWith({ clipNorm: 0 })).toThrowError(refused);
    expect(() => stepWith({ averageDecay: 1 })).toThrowError(refused);
    expect(() => stepWith({ rateGroups: { a: ['w1'], b: ['w1'] } })).toThrowError(refused);
  });
});

const feedsOf = (step: ReturnType<typeof stepWith>, learningRate: number, stepNumber = 1) => ({
  x,
  y,
  sampleWeight,
  ...hyperFeeds(step, { learningRate, stepNumber }),
});

function gradientsAt(network: Network, state: State): State {
  const step = stepWith({}, network);
  const before = Object.fromEntries(trainable.map((name) => [name, state[name] ?? ndArray([], [])]));
  const { state: after } = run(step, before, feedsOf(step, 1));
  return Object.fromEntries(
    trainable.map((name) => [name, ndArray(before[name]?.shape ?? [], change(before, after, name))]),
  );
}

describe('updates', () => {
  const network = perceptron();

  test('RMSprop with momentum and L1 decay are their formulas', () => {
    const rest = { weightDecay: 0, decay: 'l2', l1: 0.25 } as const;
    const optimizer = { kind: 'rmsprop', smoothing: 0.75, epsilon: 0.125, momentum: 0.5, ...rest } as const;
    const step = stepWith({ optimizer });
    let state = wide(initialState(step, network));
    const square = new Float64Array(20);
    const velocity = new Float64Array(20);
    for (let stepNumber = 1; stepNumber <= 3; stepNumber++) {
      const weights = Array.from(state.w1?.data ?? []);
      gradientsAt(network, state).w1?.data.forEach((plain, i) => {
        const gradient = plain + 0.25 * Math.sign(weights[i] ?? 0);
        square[i] = 0.75 * (square[i] ?? 0) + 0.25 * gradient ** 2;
        velocity[i] = 0.5 * (velocity[i] ?? 0) + gradient / (Math.sqrt(square[i] ?? 0) + 0.125);
        weights[i] = (weights[i] ?? 0) - 0.0625 * (velocity[i] ?? 0);
      });
      state = run(step, state, feedsOf(step, 0.0625, stepNumber)).state;
      close(state.w1?.data ?? [], weights);
    }
  });

  test('long gradients are made shorter together', () => {
    const step = stepWith({ clipNorm: 0.125 });
    const state = wide(initialState(step, network));
    const { outputs, state: after } = run(step, state, feedsOf(step, 1));
    const all = Object.values(gradientsAt(network, state)).flatMap(({ data }) => [...data]);
    const length = Math.hypot(...all);
    expect(outputs.gradientNorm?.data[0]).toBeCloseTo(length, 9);
    const moved = trainable.flatMap((name) => change(state, after, name));
    const factor = 0.125 / (length + Math.fround(1e-6));
    close(
      moved,
      all.map((value) => value * factor),
    );
    const loose = stepWith({ clipNorm: 1000 });
    close(
      trainable.flatMap((name) => change(state, run(loose, state, feedsOf(loose, 1)).state, name)),
      all,
    );
  });

  test('groups learn at rates of their own', () => {
    const step = stepWith({ rateGroups: { base: ['w1'], head: ['w2'] } });
    const state = wide(initialState(step, network));
    const rateFactors = { base: 0, head: 0.25 };
    const feeds = { ...feedsOf(step, 1), ...hyperFeeds(step, { learningRate: 1, stepNumber: 1, rateFactors }) };
    const { state: after } = run(step, state, feeds);
    const gradients = gradientsAt(network, state);
    expect(after.w1).toEqual(state.w1);
    close(
      change(state, after, 'w2'),
      (gradients.w2?.data ?? new Float64Array()).map((value) => value / 4),
    );
    close(change(state, after, 'b2'), gradients.b2?.data ?? []);
  });

  test('small batches gathered act like a large one', () => {
    const optimizer = { ...sgd, momentum: 0.5 };
    const options = { optimizer, averageDecay: 0.75, clipNorm: 0.25 };
    const whole = stepWith(options);
    const gather = stepWith({ ...options, batchSize: 2, phase: 'gather' });
    const update = stepWith({ ...options, phase: 'update' });
    const start = wide(initialState(whole, network));
    let state = { ...wide(initialState(update, network)), ...wide(initialState(gather, network)) };
    let expected = start;
    for (let stepNumber = 1; stepNumber <= 2; stepNumber++) {
      state = run(gather, state, part(0, 2)).state;
      state = run(gather, state, part(2, 4)).state;
      state = run(update, state, hyperFeeds(update, { learningRate: 0.5, stepNumber })).state;
      expected = run(whole, expected, feedsOf(whole, 0.5, stepNumber)).state;
    }
    for (const { name } of whole.state) close(state[name]?.data ?? [], expected[name]?.data ?? [], 12);
    expect(state['gathered.weight']?.data[0]).toBe(0);
  });

  test('averages follow the parameters', () => {
    const step = stepWith({ averageDecay: 0.75 });
    const state = wide(initialState(step, network));
    const { state: after } = run(step, state, feedsOf(step, 1));
    const kept = averagedState(Object.fromEntries(Object.entries(after).map(([n, a]) => [n, tensorFromArray(a)])));
    expect(Object.keys(kept)).toEqual(trainable);
    const mixed = Array.from(state.w1?.data ?? [], (value, i) => 0.75 * value + 0.25 * (after.w1?.data[i] ?? 0));
    close(kept.w1?.data as Float32Array, mixed, 6);
  });
});

describe('a state passes through bytes without a trace', () => {
  const decay = { weightDecay: 0.01, l1: 1e-4 };
  const optimizers: readonly (readonly [string, OptimizerConfig])[] = [
    ['sgd', { ...sgd, ...decay }],
    ['momentum', { kind: 'sgd', momentum: 0.9, nesterov: false, ...decay, decay: 'l2' }],
    ['nesterov', { kind: 'sgd', momentum: 0.9, nesterov: true, ...decay, decay: 'decoupled' }],
    ['rmsprop', { kind: 'rmsprop', smoothing: 0.99, epsilon: 1e-8, momentum: 0.9, ...decay, decay: 'l2' }],
    ['adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...decay, decay: 'l2' }],
    ['adamw', { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...decay, decay: 'decoupled' }],
  ];
  const copied = (state: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(state).map(([name, { shape, data }]) => {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
        return [name, float32(shape, new Float32Array(bytes.buffer))];
      }),
    );

  test.each(optimizers)('%s', async (_, optimizer) => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
    const step = buildTrainStep(network, {
      ...{ batchSize: 2, inputShape: [1, 16, 16], optimizer, trainable: network.parameters },
      ...{ clipNorm: 1, averageDecay: 0.9, rateGroups: { head: network.head } },
    });
    const program = await compile(step.graph, { device: 'cpu', threads: 1 });
    const batch = {
      ...{ x: tensorFromArray(randomArray([2, 1, 16, 16], 1)), y: float32([2, 2], [1, 0, 0, 1]) },
      sampleWeight: float32([2], [1, 1]),
    };
    const train = async (state: Tensors, stepNumber: number) => {
      const hyper = hyperFeeds(step, { learningRate: 0.01, stepNumber, rateFactors: { head: 2 } });
      return nextState(step, await program.run({ ...batch, ...hyper, ...state }));
    };
    const first = await train(initialState(step, network), 1);
    const stopped = copied(first);
    const straight = await train(await train(first, 2), 3);
    const resumed = await train(await train(stopped, 2), 3);
    await program.dispose();
    expect(resumed).toEqual(straight);
  });
});
