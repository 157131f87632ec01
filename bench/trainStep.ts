import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Bench, type BenchResult, benchArguments, type Figure, rounds } from './bench.ts';
import { summarise } from './numbers.ts';
import { bareInferenceSteps, inferenceSteps, type StepShape, type Steps, trainSteps } from './steps.ts';
import { type StepKind, startTorchPeer, type TorchPeer } from './torchPeer.ts';

function shapesAsked(): StepShape[] {
  const { values } = benchArguments();
  const threads = Number(values.threads);
  const clock = values.clock === 'cpu' ? 'cpu' : 'wall';
  const lowering = values.lowering === 'usual' ? 'usual' : 'measured';
  const sizes = values.size.split(',').map(Number);
  return values.architecture
    .split(',')
    .flatMap((architecture) =>
      sizes.map((size) => ({ architecture, size, batch: Number(values.batch), threads, clock, lowering })),
    );
}

/** Everyone's images per second, step by step in turns: a machine that slows down slows all. */
async function alternate(parties: readonly (() => Promise<number>)[], batch: number, count: number) {
  const rates = parties.map((): number[] => []);
  for (let warmUp = 0; warmUp < 2; warmUp++) for (const step of parties) await step();
  for (let round = 0; round < count; round++) {
    for (const [i, step] of parties.entries()) rates[i]?.push(batch / (await step()));
  }
  return rates;
}

function figureOf(quantity: string, unit: string, own: readonly number[], peer?: readonly number[]): Figure {
  if (peer === undefined) return { quantity, unit, own: summarise(own) };
  const ratio = own.map((value, i) => value / (peer[i] ?? Number.NaN));
  return { quantity, unit, own: summarise(own), peer: summarise(peer), ratio: summarise(ratio) };
}

/** MiB above the loaded library at the peak of three training steps, in a process of its own. */
function memoryOf({ architecture, size, batch, threads, lowering }: StepShape): number {
  const script = path.join(import.meta.dirname, 'stepMemory.ts');
  const parameters = [script, architecture, String(size), String(batch), String(threads), lowering];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout) / 2 ** 20;
}

async function trainFigures(shape: StepShape, peer: TorchPeer | undefined): Promise<Figure[]> {
  const name = `${shape.architecture}, ${shape.size} px`;
  const steps = await trainSteps(shape);
  const parties = peer === undefined ? [steps.step] : [steps.step, () => peer.step('train', shape)];
  const [own = [], theirs] = await alternate(parties, shape.batch, rounds(8));
  await steps.dispose();
  if (shape.clock === 'cpu') return [figureOf(name, 'images/s', own, theirs)];
  const memory = memoryOf(shape);
  const peerMemory = await peer?.memory(shape);
  return [
    figureOf(name, 'images/s', own, theirs),
    figureOf(`${name}, peak memory`, 'MiB', [memory], peerMemory === undefined ? undefined : [peerMemory / 2 ** 20]),
  ];
}

async function inferenceFigures(shape: StepShape, peer: TorchPeer | undefined): Promise<Figure[]> {
  const name = `${shape.architecture}, ${shape.size} px`;
  const programs: Steps[] = [await inferenceSteps(shape), await bareInferenceSteps(shape)];
  const parties = programs.map(({ step }) => step);
  if (peer !== undefined) parties.push(() => peer.step('infer', shape));
  const [own = [], bare = [], theirs] = await alternate(parties, shape.batch, rounds(12));
  for (const program of programs) await program.dispose();
  return [figureOf(name, 'images/s', own, theirs), figureOf(`${name}, beside bare onnxruntime`, 'images/s', own, bare)];
}

function mean(figures: readonly Figure[], isCounted: (figure: Figure) => boolean): string {
  const logs = figures.filter(isCounted).flatMap(({ ratio }) => (ratio ? [Math.log(ratio.median)] : []));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length).toFixed(2);
}

function notesOf(figures: readonly Figure[], peer: TorchPeer): string[] {
  const isSpeed = ({ unit }: Figure) => unit === 'images/s';
  const isBare = ({ quantity }: Figure) => quantity.endsWith('bare onnxruntime');
  const notes = [
    `Peer: PyTorch ${peer.version} on the CPU, the same networks, optimizer and batch (tests/fixtures/pytorch/networks.py); step by step in turns`,
    `Geometric mean of the ratios to PyTorch: ${mean(figures, (figure) => isSpeed(figure) && !isBare(figure))}`,
  ];
  if (figures.some(isBare))
    notes.push(
      `Geometric mean of the ratios to bare onnxruntime (in its column the peer is onnxruntime's own session with its defaults): ${mean(figures, isBare)}`,
    );
  return notes;
}

type Measure = (shape: StepShape, peer: TorchPeer | undefined) => Promise<Figure[]>;

function stepBench(name: string, title: string, kind: StepKind, measure: Measure): Bench {
  return {
    name,
    title,
    run: async (tell): Promise<BenchResult> => {
      const shapes = shapesAsked();
      const { batch = 16, threads = 2, clock = 'wall' } = shapes[0] ?? {};
      const started = await startTorchPeer(threads, clock);
      const peer = 'missing' in started ? undefined : started;
      if ('missing' in started) tell(started.missing);
      const figures: Figure[] = [];
      for (const shape of shapes) {
        for (const figure of await measure(shape, peer)) {
          figures.push(figure);
          const ratio = figure.ratio ? `, ratio ${figure.ratio.median.toFixed(2)}` : '';
          tell(`${figure.quantity}: ${figure.own.median.toFixed(1)} ${figure.unit}${ratio}`);
        }
      }
      peer?.close();
      const timed = clock === 'cpu' ? '; images per second of processor time, not of waiting' : '';
      const optimizer = kind === 'train' ? ', Adam, all layers' : '';
      return {
        conditions: `3 channels, batch ${batch}, float32, ${threads} threads, onnxruntime on the CPU${optimizer}${timed}`,
        figures,
        notes: 'missing' in started ? [started.missing] : notesOf(figures, started),
      };
    },
  };
}

export const trainStep = stepBench('train-step', 'Training steps', 'train', trainFigures);
export const inference = stepBench('inference', 'Inference', 'infer', inferenceFigures);
