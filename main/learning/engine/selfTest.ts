import { AppError } from '../../domain/errors.ts';
import { randomStream } from '../../domain/random.ts';
import { architectureOf } from '../network/architectures/registry.ts';
import type { Tensors } from '../network/tensor.ts';
import { float32, float32Data } from '../network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../network/trainStep.ts';
import { loweringFor } from './devices.ts';
import { compileUntested } from './engines.ts';

export interface SelfTestReport {
  readonly device: string;
  /** Training images a second of the fixed network, the first steps left out: they compile shaders. */
  readonly imagesPerSecond: number;
  /** Of a loss from the CPU's, relative. */
  readonly worstDifference: number;
  readonly losses: readonly number[];
  readonly seconds: number;
}

interface Device {
  readonly device: string;
  readonly threads: number;
  readonly engine?: string;
}

const batchSize = 8;
const size = 32;
const steps = 10;
const warmUp = 3;
/** Of each loss, relative: issue of float32 sums in another order, far below what a wrong kernel does. */
const tolerance = 1e-3;

const optimizer = {
  ...({ kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weightDecay: 0.01, decay: 'decoupled' } as const),
};

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

/** Ten steps of a fixed training. @returns the loss of each, and the images a second */
async function train(device: Device): Promise<{ losses: number[]; imagesPerSecond: number }> {
  const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
  const lowering = loweringFor(device.device);
  const inputShape = [1, size, size] as const;
  const step = buildTrainStep(network, {
    ...{ batchSize, inputShape, optimizer, lowering, trainable: network.parameters },
  });
  const program = await compileUntested(step.graph, device);
  try {
    const losses: number[] = [];
    const feeds = batch();
    let state = initialState(step, network);
    let start = performance.now();
    for (let stepNumber = 1; stepNumber <= steps; stepNumber++) {
      if (stepNumber === warmUp + 1) start = performance.now();
      const hyper = hyperFeeds(step, { learningRate: 1e-3, stepNumber });
      const outputs = await program.run({ ...feeds, ...hyper, ...state });
      losses.push(float32Data(outputs.loss)[0] ?? Number.NaN);
      state = nextState(step, outputs);
    }
    const seconds = (performance.now() - start) / 1000;
    return { losses, imagesPerSecond: (batchSize * (steps - warmUp)) / seconds };
  } finally {
    await program.dispose();
  }
}

function worst(losses: readonly number[], expected: readonly number[]): number {
  const differences = expected.map((loss, i) => Math.abs((losses[i] ?? Number.NaN) - loss) / Math.abs(loss));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}

/**
 * Trains a fixed network for ten steps on a device and on the CPU and compares the losses. The CPU is compared with
 * itself: it is the reference, its report says how fast it is.
 * @throws AppError unsupported-device, with what went wrong as its cause
 */
export async function selfTest(device: Device): Promise<SelfTestReport> {
  const start = performance.now();
  const expected = await train({ device: 'cpu', threads: device.threads });
  const actual = device.device === 'cpu' ? expected : await train(device);
  const worstDifference = worst(actual.losses, expected.losses);
  if (!(worstDifference <= tolerance)) {
    const percent = (100 * worstDifference).toPrecision(2);
    throw new AppError(
      'unsupported-device',
      `The device ${device.device} does not compute what the CPU computes: a loss differs by ${percent} %.`,
    );
  }
  const { losses, imagesPerSecond } = actual;
  return {
    device: device.device,
    imagesPerSecond,
    worstDifference,
    losses,
    seconds: (performance.now() - start) / 1000,
  };
}

const tests = new Map<string, Promise<SelfTestReport>>();

/** The self-test of a device, once in a process. @throws AppError unsupported-device, each time it is asked for */
export function passedSelfTest(device: Device): Promise<SelfTestReport> {
  const key = `${device.engine ?? ''}/${device.device}`;
  const known = tests.get(key) ?? selfTest(device);
  tests.set(key, known);
  return known;
}
