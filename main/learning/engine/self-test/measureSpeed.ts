import type { MeasuredSpeed } from '../../../contract/devices.ts';
import { randomStream } from '../../../domain/random.ts';
import { architectureOf } from '../../network/architectures/registry.ts';
import type { Graph } from '../../network/graph.ts';
import { buildInference } from '../../network/inference.ts';
import type { Tensors } from '../../network/tensor.ts';
import { float32 } from '../../network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../network/trainStep.ts';
import { loweringFor } from '../devices.ts';
import { compileUntested } from '../engines.ts';
import type { TestedDevice, TestHooks } from './fixedTraining.ts';

/** What is measured: the network most people train, at the size they train it. */
const usual = { network: 'resnet18', size: 128, batchSize: 16 } as const;
const inputShape = [1, usual.size, usual.size] as const;
/** Runs are timed until both are reached, after one that warms up. */
const leastRuns = 3;
const leastSeconds = 2;
/** No more than that, even on a slow device. */
const mostSeconds = 12;

function images(): Float32Array {
  const next = randomStream(2, 'speed');
  return new Float32Array(usual.batchSize * usual.size ** 2).map(() => next() - 0.5);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function speedOf(graph: Graph, feeds: Tensors, device: TestedDevice, hooks: TestHooks): Promise<MeasuredSpeed> {
  const program = await compileUntested(graph, device);
  try {
    await program.run(feeds);
    const seconds: number[] = [];
    let total = 0;
    while (total < mostSeconds && (seconds.length < leastRuns || total < leastSeconds)) {
      hooks.signal?.throwIfAborted();
      const start = performance.now();
      await program.run(feeds);
      seconds.push((performance.now() - start) / 1000);
      total += seconds.at(-1) ?? 0;
      hooks.onProgress?.(Math.min(1, Math.max(total / mostSeconds, seconds.length / leastRuns)));
    }
    return { ...usual, imagesPerSecond: usual.batchSize / median(seconds) };
  } finally {
    await program.dispose();
  }
}

/** Images a second in training (forward, backward, Adam), copies to and from the device included. Median of several steps. */
export function measureTrainingSpeed(device: TestedDevice, hooks: TestHooks = {}): Promise<MeasuredSpeed> {
  const network = architectureOf(usual.network).build({ channels: 1, classes: 2, seed: 1 });
  const step = buildTrainStep(network, {
    ...{ batchSize: usual.batchSize, inputShape, trainable: network.parameters, lowering: loweringFor(device.device) },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4, decay: 'decoupled' },
  });
  const y = new Float32Array(2 * usual.batchSize).map((_, i) => ((i >> 1) % 2 === i % 2 ? 1 : 0));
  const feeds = {
    ...initialState(step, network),
    ...hyperFeeds(step, { learningRate: 1e-4, stepNumber: 1 }),
    x: float32([usual.batchSize, ...inputShape], images()),
    y: float32([usual.batchSize, 2], y),
    sampleWeight: float32([usual.batchSize], new Float32Array(usual.batchSize).fill(1)),
  };
  return speedOf(step.graph, feeds, device, hooks);
}

/** Images a second in use, in batches. */
export function measureInferenceSpeed(device: TestedDevice, hooks: TestHooks = {}): Promise<MeasuredSpeed> {
  const network = architectureOf(usual.network).build({ channels: 1, classes: 2, seed: 1 });
  const feeds = { [network.input]: float32([usual.batchSize, ...inputShape], images()) };
  return speedOf(buildInference(network), feeds, device, hooks);
}
