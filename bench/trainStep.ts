/**
 * Images per second of a ResNet-18 training step and of inference, batch 16, float32, against PyTorch where it is on the
 * machine. Both sides take turns, several rounds, because machines drift; medians are printed.
 *
 *   node bench/trainStep.ts [--size 128] [--rounds 5] [--threads 2] [--profile]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from '../main/learning/engine/compile.ts';
import { architectureOf } from '../main/learning/network/architectures/registry.ts';
import { buildInference } from '../main/learning/network/inference.ts';
import type { Tensors } from '../main/learning/network/tensor.ts';
import { float32 } from '../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../main/learning/network/trainStep.ts';

const batchSize = 16;
const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    profile: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const threads = Number(values.threads);

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 2);
}

/** One step of each kind per call, in seconds. */
async function prepare(profilePrefix: string | undefined) {
  const network = architectureOf('resnet18').build({ channels: 3, classes: 2, seed: 1 });
  const inputShape = [3, size, size] as const;
  const step = buildTrainStep(network, { batchSize, inputShape, optimizer, trainable: network.parameters });
  const profiled = profilePrefix === undefined ? {} : { profilePrefix };
  const train = await compile(step.graph, { device: 'cpu', threads, ...profiled });
  const infer = await compile(buildInference(network), { device: 'cpu', threads });
  const x = float32([batchSize, ...inputShape], noise(batchSize * 3 * size * size));
  const y = float32(
    [batchSize, 2],
    Float32Array.from({ length: batchSize * 2 }, (_, i) => ((i >> 1) % 2 === i % 2 ? 1 : 0)),
  );
  const sampleWeight = float32([batchSize], new Float32Array(batchSize).fill(1));
  let state: Tensors = initialState(step, network);
  let stepNumber = 0;
  const seconds = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  };
  return {
    trainOnce: () =>
      seconds(async () => {
        stepNumber += 1;
        const hyper = hyperFeeds(step, { learningRate: 1e-3, stepNumber });
        state = nextState(step, await train.run({ x, y, sampleWeight, ...hyper, ...state }));
      }),
    inferOnce: () => seconds(() => infer.run({ image: x })),
    dispose: async () => {
      await train.dispose();
      await infer.dispose();
    },
  };
}

const peerScript = path.resolve(import.meta.dirname, '../../shared/peers/torch_steps.py');

/** PyTorch's figures from one run of its script, images per second, or why there are none. */
function peer(): { train: number; infer: number } | string {
  if (!existsSync(peerScript)) return 'peer script not on this machine';
  if (spawnSync('python3', ['-c', 'import torch']).status !== 0) return 'peer (PyTorch) not on this machine';
  const { stdout } = spawnSync('python3', [peerScript], { encoding: 'utf8' });
  const line = new RegExp(`torch resnet18 bs16 ${size}px cl=False train ([\\d.]+) img/s\\s+infer ([\\d.]+)`).exec(
    stdout,
  );
  return line === null ? `peer has no figure for ${size} px` : { train: Number(line[1]), infer: Number(line[2]) };
}

/** Milliseconds per operator of the quickest step in the engine's own trace. */
function printProfile(folder: string): void {
  for (const file of readdirSync(folder)) {
    const events: { cat?: string; name: string; dur: number; args?: { op_name?: string } }[] = JSON.parse(
      readFileSync(path.join(folder, file), 'utf8'),
    );
    const seen = new Map<string, number>();
    const steps: Map<string, number>[] = [];
    for (const { cat, name, dur, args } of events) {
      if (cat !== 'Node' || !name.endsWith('kernel_time') || args?.op_name === undefined) continue;
      const step = seen.get(name) ?? 0;
      seen.set(name, step + 1);
      steps[step] ??= new Map();
      steps[step].set(args.op_name, (steps[step].get(args.op_name) ?? 0) + dur / 1000);
    }
    const total = (step: Map<string, number>) => [...step.values()].reduce((a, b) => a + b, 0);
    const [best] = steps.sort((a, b) => total(a) - total(b));
    for (const [name, ms] of [...(best ?? [])].sort((a, b) => b[1] - a[1]))
      console.log(`  ${name.padEnd(24)}${ms.toFixed(1)} ms`);
  }
}

const folder = values.profile ? mkdtempSync(path.join(tmpdir(), 'groundglass-profile-')) : undefined;
const own = await prepare(folder === undefined ? undefined : path.join(folder, 'step'));
await own.trainOnce();
await own.inferOnce();
const rates = { train: [] as number[], infer: [] as number[], peerTrain: [] as number[], peerInfer: [] as number[] };
let reason: string | undefined;
for (let round = 0; round < Number(values.rounds); round++) {
  const each = { train: [] as number[], infer: [] as number[] };
  for (let i = 0; i < 4; i++) each.train.push(await own.trainOnce());
  for (let i = 0; i < 4; i++) each.infer.push(await own.inferOnce());
  rates.train.push(batchSize / median(each.train));
  rates.infer.push(batchSize / median(each.infer));
  const other = reason === undefined ? peer() : reason;
  if (typeof other === 'string') reason = other;
  else {
    rates.peerTrain.push(other.train);
    rates.peerInfer.push(other.infer);
  }
}
await own.dispose();
const [train, infer] = [median(rates.train), median(rates.infer)];
console.log(`ResNet-18, batch ${batchSize}, ${size} px, ${threads} threads, Adam`);
console.log(`train ${train.toFixed(1)} img/s, inference ${infer.toFixed(1)} img/s`);
if (reason === undefined) {
  const ratios = [train / median(rates.peerTrain), infer / median(rates.peerInfer)].map((ratio) => ratio.toFixed(2));
  console.log(
    `PyTorch train ${median(rates.peerTrain).toFixed(1)}, inference ${median(rates.peerInfer).toFixed(1)}; ratios ${ratios.join(', ')}`,
  );
} else console.log(reason);
if (folder !== undefined) {
  printProfile(folder);
  rmSync(folder, { recursive: true });
}
