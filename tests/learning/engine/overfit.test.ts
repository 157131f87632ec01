import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../main/domain/random.ts';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { buildFeatures, buildInference, tailNetwork } from '../../../main/learning/network/inference.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import { encodeNetwork, withState } from '../../../main/learning/network/network.ts';
import type { Tensor } from '../../../main/learning/network/tensor.ts';
import { float32, float32Data } from '../../../main/learning/network/tensor.ts';
import type { TrainStep } from '../../../main/learning/network/trainStep.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../../../main/learning/network/trainStep.ts';

const cases = 16;
const size = 32;
const cpu = { device: 'cpu', threads: 2 };
const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

/** Noise with a bright blob: class 0 has a disc, class 1 a ring, anywhere. */
function images(): { x: Tensor; y: Tensor } {
  const next = randomStream(7);
  const x = new Float32Array(cases * size * size);
  const y = new Float32Array(cases * 2);
  for (let i = 0; i < cases; i++) {
    const label = i % 2;
    y[i * 2 + label] = 1;
    const [row, column] = [8 + next() * 16, 8 + next() * 16];
    for (let p = 0; p < size * size; p++) {
      const distance = Math.hypot(Math.floor(p / size) - row, (p % size) - column);
      const shape = label === 0 ? distance < 5 : Math.abs(distance - 5) < 1;
      x[i * size * size + p] = next() * 0.5 + (shape ? 1 : 0);
    }
  }
  return { x: float32([cases, 1, size, size], x), y: float32([cases, 2], y) };
}

function stepFor(network: Network, inputShape: readonly [number, number, number]): TrainStep {
  return buildTrainStep(network, { batchSize: cases, inputShape, optimizer: adam, trainable: network.parameters });
}

async function train(network: Network, step: TrainStep, x: Tensor, y: Tensor, steps: number): Promise<Network> {
  const program = await compile(step.graph, cpu);
  const sampleWeight = float32([cases], new Float32Array(cases).fill(1));
  let state = initialState(step, network);
  for (let stepNumber = 1; stepNumber <= steps; stepNumber++) {
    const hyper = hyperFeeds(step, { learningRate: 0.003, stepNumber });
    state = nextState(step, await program.run({ x, y, sampleWeight, ...hyper, ...state }));
  }
  await program.dispose();
  return withState(network, state);
}

async function accuracy(network: Network, x: Tensor, y: Tensor): Promise<number> {
  const program = await compile(buildInference(network), cpu);
  const scores = float32Data((await program.run({ [network.input]: x })).scores);
  await program.dispose();
  let right = 0;
  for (let i = 0; i < cases; i++) {
    const predicted = (scores[i * 2 + 1] ?? 0) > (scores[i * 2] ?? 0) ? 1 : 0;
    if (y.data[i * 2 + predicted] === 1) right += 1;
  }
  return right / cases;
}

function digest(network: Network): string {
  return createHash('sha256').update(encodeNetwork(network)).digest('hex');
}

describe('training a small CNN on 16 images', () => {
  test('learns them, and the same seed gives the same file', { timeout: 60_000 }, async () => {
    const { x, y } = images();
    const run = async () => {
      const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 11 });
      return train(network, stepFor(network, [1, size, size]), x, y, 60);
    };
    const trained = await run();
    expect(await accuracy(trained, x, y)).toBeGreaterThan(0.95);
    expect(digest(await run())).toBe(digest(trained));
  });

  test('from cached features, the tail goes back into the whole', { timeout: 60_000 }, async () => {
    const { x, y } = images();
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 11 });
    const base = await compile(buildFeatures(network, 'block1'), cpu);
    const features = (await base.run({ image: x })).block1;
    await base.dispose();
    if (features === undefined) throw new Error('no features');
    const tail = tailNetwork(network, 'block1', [1, size, size]);
    const [, channels = 0, rows = 0, columns = 0] = features.shape;
    const trained = await train(tail, stepFor(tail, [channels, rows, columns]), features, y, 60);
    const whole = withState(network, Object.fromEntries(trained.graph.initializers));
    expect(await accuracy(whole, x, y)).toBeGreaterThan(0.95);
    expect(whole.graph.initializers.get('block1.conv.weight')).toBe(
      network.graph.initializers.get('block1.conv.weight'),
    );
  });
});
