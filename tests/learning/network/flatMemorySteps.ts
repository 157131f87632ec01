/** Trains a small network for as many steps as asked and prints what memory the process holds now and then, as JSON. */
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import {
  buildTrainStep,
  hyperFeeds,
  initialState,
  maskFeeds,
  nextState,
} from '../../../main/learning/network/trainStep.ts';

/** V8 sweeps arrays in a thread of its own, some time after their owners: collects until no more of them goes. */
async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  for (let last = Number.POSITIVE_INFINITY; ; ) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = process.memoryUsage();
    if (now.arrayBuffers >= last) return now;
    last = now.arrayBuffers;
  }
}

const steps = Number(process.argv[2] ?? 2000);
const every = Number(process.argv[3] ?? 50);
const batchSize = 4;
const inputShape = [1, 16, 16] as const;
const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
const step = buildTrainStep(network, { batchSize, inputShape, optimizer, trainable: network.parameters });
const program = await compile(step.graph, { device: 'cpu', threads: 1 });
let state = initialState(step, network);
const samples: { step: number; residentBytes: number; arrayBytes: number }[] = [];
for (let stepNumber = 1; stepNumber <= steps; stepNumber++) {
  const pixels = Float32Array.from({ length: batchSize * 256 }, (_, i) => Math.sin(i * stepNumber));
  const feeds = {
    x: float32([batchSize, ...inputShape], pixels),
    y: float32([batchSize, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
    sampleWeight: float32([batchSize], [1, 1, 1, 1]),
    ...hyperFeeds(step, { learningRate: 1e-3, stepNumber }),
    ...maskFeeds(step, 1, stepNumber),
  };
  state = nextState(step, await program.run({ ...feeds, ...state }));
  if (stepNumber % every !== 0) continue;
  const { rss, arrayBuffers } = await settledMemory();
  samples.push({ step: stepNumber, residentBytes: rss, arrayBytes: arrayBuffers });
}
await program.dispose();
console.log(JSON.stringify(samples));
