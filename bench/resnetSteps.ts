import { compile } from '../main/learning/engine/compile.ts';
import { architectureOf } from '../main/learning/network/architectures/registry.ts';
import { buildInference } from '../main/learning/network/inference.ts';
import { float32, type Tensors } from '../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../main/learning/network/trainStep.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { summarise } from './numbers.ts';
import { type StepKind, startTorchPeer, type TorchPeer } from './torchPeer.ts';

const batchSize = 16;
const sizes = [128, 224];
const threads = 2;
const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

interface Steps {
  /** Seconds of one step. */
  step(): Promise<number>;
  dispose(): Promise<void>;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const noise = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 2);

const network = () => architectureOf('resnet18').build({ channels: 3, classes: 2, seed: 1 });

/** The very programs that a training runs, without the reading of pictures. */
async function trainSteps(size: number): Promise<Steps> {
  const resnet = network();
  const inputShape = [3, size, size] as const;
  const step = buildTrainStep(resnet, { batchSize, inputShape, optimizer, trainable: resnet.parameters });
  const program = await compile(step.graph, { device: 'cpu', threads });
  const x = float32([batchSize, ...inputShape], noise(batchSize * 3 * size * size));
  const y = float32(
    [batchSize, 2],
    Float32Array.from({ length: batchSize * 2 }, (_, i) => Number((i >> 1) % 2 === i % 2)),
  );
  const sampleWeight = float32([batchSize], new Float32Array(batchSize).fill(1));
  let state: Tensors = initialState(step, resnet);
  let stepNumber = 0;
  return {
    step: () =>
      seconds(async () => {
        stepNumber += 1;
        const hyper = hyperFeeds(step, { learningRate: 1e-3, stepNumber });
        state = nextState(step, await program.run({ x, y, sampleWeight, ...hyper, ...state }));
      }),
    dispose: () => program.dispose(),
  };
}

async function inferenceSteps(size: number): Promise<Steps> {
  const program = await compile(buildInference(network()), { device: 'cpu', threads });
  const image = float32([batchSize, 3, size, size], noise(batchSize * 3 * size * size));
  return { step: () => seconds(() => program.run({ image })), dispose: () => program.dispose() };
}

/** Own and peer's images per second, step by step in turns: a machine that slows down slows both. */
async function alternate(steps: Steps, peerStep: (() => Promise<number>) | undefined) {
  const own: number[] = [];
  const peer: number[] = [];
  await steps.step();
  await peerStep?.();
  for (let round = 0; round < rounds(8); round++) {
    own.push(batchSize / (await steps.step()));
    if (peerStep) peer.push(batchSize / (await peerStep()));
  }
  return { own, peer };
}

async function figureAt(size: number, kind: StepKind, peer: TorchPeer | undefined): Promise<Figure> {
  const steps = await (kind === 'train' ? trainSteps(size) : inferenceSteps(size));
  const rates = await alternate(steps, peer && (() => peer.step(kind, size)));
  await steps.dispose();
  const base = { quantity: `${size} px`, unit: 'images/s', own: summarise(rates.own) };
  if (rates.peer.length === 0) return base;
  const ratios = rates.own.map((rate, i) => rate / (rates.peer[i] ?? Number.NaN));
  return { ...base, peer: summarise(rates.peer), ratio: summarise(ratios) };
}

function resnetBench(name: string, title: string, kind: StepKind): Bench {
  return {
    name,
    title,
    run: async (tell): Promise<BenchResult> => {
      const started = await startTorchPeer(threads);
      const peer = 'missing' in started ? undefined : started;
      if ('missing' in started) tell(started.missing);
      const figures: Figure[] = [];
      for (const size of sizes) {
        const figure = await figureAt(size, kind, peer);
        figures.push(figure);
        tell(`${figure.quantity}: ${figure.own.median.toFixed(1)} images/s`);
      }
      peer?.close();
      return {
        conditions: `ResNet-18, 3 channels, batch ${batchSize}, float32, ${threads} threads, onnxruntime on the CPU${kind === 'train' ? ', Adam' : ''}`,
        figures,
        notes: [
          'missing' in started
            ? started.missing
            : `Peer: PyTorch ${started.version} on the CPU, ${threads} threads, the same network, optimizer and batch; step by step in turns`,
        ],
      };
    },
  };
}

export const trainStep = resnetBench('train-step', 'Training steps of ResNet-18', 'train');
export const inference = resnetBench('inference', 'Inference of ResNet-18', 'infer');
