import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { arrayFromTensor, type NdArray } from '../../../main/learning/network/array64.ts';
import { int } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextName } from '../../../main/learning/network/trainStep.ts';
import { learningRateAt } from '../../../main/learning/training/loop/schedule.ts';

const Numbers = z.array(z.number());
const Weights = z.object({ w1: Numbers, w2: Numbers, b2: Numbers });
/** Made by PyTorch: make.py beside it. */
const reference = z
  .object({
    ...{ steps: z.number(), rate: z.number(), decay: z.number(), start: Weights, x: Numbers, y: Numbers },
    trained: z.record(z.string(), Weights.extend({ losses: Numbers })),
  })
  .parse(
    JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../fixtures/optimizers/reference.json'), 'utf8')),
  );

const shapes = { w1: [5, 4], w2: [3, 5], b2: [3] } as const;

function perceptron(): Network {
  const builder = new GraphBuilder();
  builder.input('image', 'float32', [6, 4, 1, 1]);
  for (const name of ['w1', 'w2', 'b2'] as const)
    builder.initializer(name, float32(shapes[name], Float32Array.from(reference.start[name])));
  const hidden = builder.op('Tanh', [builder.op('Gemm', [builder.op('Flatten', ['image']), 'w1'], { transB: int(1) })]);
  const graph = builder.build({ out: builder.op('Gemm', [hidden, 'w2', 'b2'], { transB: int(1) }) });
  return {
    ...{
      graph,
      input: 'image',
      logits: 'out',
      scores: 'softmax',
      inputShape: [4, 1, 1],
      classes: 3,
      featureLayers: [],
    },
    ...{ parameters: ['w1', 'w2', 'b2'], head: ['w2', 'b2'] },
  };
}

/** In float64, from step to step. */
function trained(optimizer: object): { losses: number[]; state: Record<string, NdArray> } {
  const config = TrainingConfig.parse({
    ...{ snapshot: 'x', epochs: reference.steps, learningRate: reference.rate, schedule: 'one-cycle', clipNorm: 0.5 },
    ...{ loss: { kind: 'cross-entropy', smoothing: 0.1 }, optimizer: { ...optimizer, weightDecay: reference.decay } },
  });
  const network = perceptron();
  const step = buildTrainStep(network, {
    ...{ batchSize: 6, inputShape: [4, 1, 1], trainable: network.parameters, loss: config.loss, clipNorm: 0.5 },
    optimizer: config.optimizer,
  });
  let state: Record<string, NdArray> = Object.fromEntries(
    Object.entries(initialState(step, network)).map(([name, tensor]) => [name, arrayFromTensor(tensor)]),
  );
  const losses: number[] = [];
  for (let update = 0; update < reference.steps; update++) {
    const learningRate = learningRateAt(config, { update, updatesPerEpoch: 1, history: [] });
    const outputs = interpret(step.graph, {
      ...state,
      x: float32([6, 4, 1, 1], Float32Array.from(reference.x)),
      y: float32(
        [6, 3],
        Float32Array.from(reference.y.flatMap((truth) => [0, 1, 2].map((k) => (k === truth ? 1 : 0)))),
      ),
      sampleWeight: float32([6], new Float32Array(6).fill(1)),
      ...hyperFeeds(step, { learningRate, stepNumber: update + 1 }),
    });
    losses.push(outputs.loss?.data[0] ?? Number.NaN);
    state = Object.fromEntries(step.state.map(({ name }) => [name, outputs[nextName(name)] ?? fail(name)]));
  }
  return { losses, state };
}

function fail(name: string): never {
  throw new Error(`no ${name}`);
}

describe('five steps with smoothed labels, clipped gradients and one-cycle rates are those of PyTorch', () => {
  it.each([
    ['sgd', { kind: 'sgd', momentum: 0 }],
    ['momentum', { kind: 'sgd' }],
    ['nesterov', { kind: 'sgd', nesterov: true }],
    ['rmsprop', { kind: 'rmsprop', momentum: 0.9 }],
    ['adam', { kind: 'adam', decay: 'l2' }],
    ['adamw', { kind: 'adam' }],
  ])('%s', (name, optimizer) => {
    const expected = reference.trained[name] ?? fail(name);
    const { losses, state } = trained(optimizer);
    // Scalars pass into the graph as float32.
    losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(expected.losses[i] ?? Number.NaN, 6);
    });
    for (const parameter of ['w1', 'w2', 'b2'] as const)
      expected[parameter].forEach((value, i) => {
        expect(state[parameter]?.data[i]).toBeCloseTo(value, 6);
      });
  });
});
