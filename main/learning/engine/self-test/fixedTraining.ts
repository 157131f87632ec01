import { randomStream } from '../../../domain/random.ts';
import { architectureOf } from '../../network/architectures/registry.ts';
import type { Tensors } from '../../network/tensor.ts';
import { float32, float32Data } from '../../network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../../network/trainStep.ts';
import { loweringFor } from '../devices.ts';
import { compileUntested } from '../engines.ts';

/** Where to run: what `compile` takes. */
export interface TestedDevice {
  readonly device: string;
  readonly threads: number;
  readonly engine?: string;
}

export interface TestHooks {
  readonly signal?: AbortSignal | undefined;
  /** @param fraction 0..1 of the part that is running */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

const batchSize = 8;
const size = 32;
const steps = 10;
const warmUp = 3;

const optimizer = {
  ...({ kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weightDecay: 0.01, decay: 'decoupled' } as const),
};

/**
 * The losses of the ten steps in float64, from the reference interpreter (`interpret`): what the CPU itself is held
 * against. A test computes the first of them again.
 */
export const referenceLosses: readonly number[] = [
  1.2885641898748807, 0.6282912444031856, 0.2782805147051355, 0.13580608738354555, 0.07910329852859972,
  0.05333554748736751, 0.03953075429370187, 0.031042362464000363, 0.025418077358318098, 0.0214474736378301,
];

/** Noise of which half has a bright square. */
function batch(): Tensors {
  const next = randomStream(1, 'self-test');
  const x = new Float32Array(batchSize * size * size).map(() => next() - 0.5);
  const y = new Float32Array(2 * batchSize);
  for (let i = 0; i < batchSize; i++) {
    y[2 * i + (i % 2)] = 1;
    for (let p = 0; i % 2 === 1 && p < 64; p++) {
      const place = i * size * size + (8 + (p >> 3)) * size + 8 + (p & 7);
      x[place] = (x[place] ?? 0) + 1;
    }
  }
  return {
    x: float32([batchSize, 1, size, size], x),
    y: float32([batchSize, 2], y),
    sampleWeight: float32([batchSize], new Float32Array(batchSize).fill(1)),
  };
}

/** The fixed training step, and what it is fed with. */
export function fixedStep(device: string) {
  const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
  const step = buildTrainStep(network, {
    ...{ batchSize, inputShape: [1, size, size] as const, optimizer, trainable: network.parameters },
    lowering: loweringFor(device),
  });
  return { step, feeds: batch(), start: initialState(step, network) };
}

export interface FixedTraining {
  readonly losses: readonly number[];
  /** Whether running the same steps again gave the same bits; undefined where they were run once. */
  readonly isRepeatable?: boolean;
  /** The first steps left out: they compile shaders. */
  readonly imagesPerSecond: number;
}

/** Ten steps of a fixed training, once or (`twice`) again from the start. Errors: those of the engine; `cancelled`. */
export async function runFixedTraining(
  device: TestedDevice,
  { signal, onProgress, twice = false }: TestHooks & { readonly twice?: boolean } = {},
): Promise<FixedTraining> {
  const { step, feeds, start } = fixedStep(device.device);
  const program = await compileUntested(step.graph, device);
  const passes = twice ? 2 : 1;
  let done = 0;
  const pass = async () => {
    const losses: number[] = [];
    let state = start;
    let startedAt = performance.now();
    for (let stepNumber = 1; stepNumber <= steps; stepNumber++) {
      signal?.throwIfAborted();
      if (stepNumber === warmUp + 1) startedAt = performance.now();
      const hyper = hyperFeeds(step, { learningRate: 1e-3, stepNumber });
      const outputs = await program.run({ ...feeds, ...hyper, ...state });
      losses.push(float32Data(outputs.loss)[0] ?? Number.NaN);
      state = nextState(step, outputs);
      onProgress?.(++done / (passes * steps));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    return { losses, imagesPerSecond: (batchSize * (steps - warmUp)) / seconds };
  };
  try {
    const first = await pass();
    if (!twice) return first;
    const second = await pass();
    const isRepeatable = second.losses.every((loss, i) => Object.is(loss, first.losses[i]));
    return { losses: first.losses, imagesPerSecond: second.imagesPerSecond, isRepeatable };
  } finally {
    await program.dispose();
  }
}
