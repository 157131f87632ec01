import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TrainingConfig } from '../../contract/training.ts';
import { FormulaImages, formulaLabels } from '../../imaging/formula/formulaImages.ts';
import { writeDurably } from '../dataset/durableFile.ts';
import { architectureOf } from '../network/architectures/registry.ts';
import { encodeNetwork, type Network, withState } from '../network/network.ts';
import { float32, type Tensors } from '../network/tensor.ts';
import { chooseEngine } from '../training/engineChoice.ts';
import { StepRunner } from '../training/loop/stepRunner.ts';

/** Everything a backbone is made from; the same recipe gives the same images in the same order. */
export interface PretrainRecipe {
  readonly architecture: TrainingConfig['architecture'];
  /** Side of the pictures. */
  readonly size: number;
  readonly images: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly threads: number;
  /** Ends so that the learning rate has fallen in time; absent: `images` alone decide. */
  readonly minutes?: number;
}

export const usualRecipe: Omit<PretrainRecipe, 'threads'> = {
  ...{ architecture: 'resnet18', size: 64, images: 60_000, batchSize: 32, learningRate: 2e-3, seed: 1 },
};

/** How the pictures are normalised: about their mean and standard deviation, fixed so that they belong to the recipe. */
const MEAN = 0.35;
const STANDARD_DEVIATION = 0.25;

/** Batches whose loss is reported as one mean. */
const REPORT = 25;

export interface PretrainProgress {
  readonly images: number;
  /** Mean cross entropy of the last batches, all of images never seen before. */
  readonly loss: number;
  readonly seconds: number;
  readonly etaSeconds: number;
}

export interface PretrainHooks {
  readonly onProgress: (progress: PretrainProgress) => void;
  /** Ends early and keeps what was learned. */
  readonly signal: AbortSignal;
}

export interface PretrainOutcome {
  readonly network: Network;
  readonly images: number;
  readonly loss: number;
  readonly seconds: number;
}

/** Labels of a picture share its target evenly (as Mahajan et al., 2018, do with several hashtags of an image). */
function batchOf(source: FormulaImages, first: number, { batchSize, size }: PretrainRecipe): Tensors {
  const [area, classes] = [size * size, formulaLabels.length];
  const x = new Float32Array(batchSize * area);
  const y = new Float32Array(batchSize * classes);
  for (let i = 0; i < batchSize; i++) {
    const { pixels, labels } = source.image(first + i);
    for (let k = 0; k < area; k++) x[i * area + k] = ((pixels[k] ?? 0) - MEAN) / STANDARD_DEVIATION;
    for (const label of labels) y[i * classes + label] = 1 / labels.length;
  }
  return {
    x: float32([batchSize, 1, size, size], x),
    y: float32([batchSize, classes], y),
    sampleWeight: float32([batchSize], new Float32Array(batchSize).fill(1)),
  };
}

/** Rises for the first 3 %, then falls along a cosine to 0. */
function rateAt(share: number, highest: number): number {
  return share < 0.03
    ? (highest * (share + 1e-3)) / 0.031
    : (highest * (1 + Math.cos((Math.PI * (share - 0.03)) / 0.97))) / 2;
}

/**
 * Trains a network to tell by which formulas pictures were made; each picture is drawn once, used once and forgotten.
 * With a limit of minutes the schedule follows whichever of the two is further, and the weights depend on the machine.
 */
export async function pretrain(recipe: PretrainRecipe, hooks: PretrainHooks): Promise<PretrainOutcome> {
  const { architecture, size, batchSize, seed, threads } = recipe;
  const network = architectureOf(architecture).build({ channels: 1, classes: formulaLabels.length, seed });
  const settings = { snapshot: 'formula', optimizer: { kind: 'adam', weightDecay: 0.02 }, threads, clipNorm: 5 };
  const config = TrainingConfig.parse(settings);
  const phase = { trainable: network.parameters, rateGroups: {}, rateFactors: {} };
  const shape = { batchSize, inputShape: [1, size, size] as const, loss: { kind: 'cross-entropy' } as const };
  const runner = await StepRunner.compile(network, phase, shape, config, chooseEngine(config));
  const source = new FormulaImages(seed, size);
  const batches = Math.max(1, Math.round(recipe.images / batchSize));
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const shareOf = (batch: number) =>
    Math.max(batch / batches, recipe.minutes === undefined ? 0 : elapsed() / (60 * recipe.minutes));
  let state = runner.startingState(network);
  let [batch, sum, loss] = [0, 0, Number.NaN];
  try {
    let feeds = batchOf(source, 0, recipe);
    for (; shareOf(batch) < 1 && !hooks.signal.aborted; batch++) {
      const share = shareOf(batch);
      const running = runner.run(state, feeds, {
        ...{ learningRate: rateAt(share, recipe.learningRate), batchNumber: batch + 1, dropoutSeed: seed },
        ...{ updateNumber: batch + 1, updateOfAll: batch + 1, isUpdate: true },
      });
      feeds = batchOf(source, (batch + 1) * batchSize, recipe); // while the engine works
      const outcome = await running;
      state = outcome.state;
      sum += outcome.loss;
      if ((batch + 1) % REPORT !== 0) continue;
      [loss, sum] = [sum / REPORT, 0];
      const etaSeconds = (elapsed() * (1 - shareOf(batch + 1))) / shareOf(batch + 1);
      hooks.onProgress({ images: (batch + 1) * batchSize, loss, seconds: elapsed(), etaSeconds });
    }
    const last = Number.isNaN(loss) ? sum / Math.max(1, batch) : loss;
    return { network: withState(network, state), images: batch * batchSize, loss: last, seconds: elapsed() };
  } finally {
    await runner.dispose();
  }
}

const intendedUse =
  'Research use only. A network to start from: it has learned formula-driven images and no patient data. Its statistics have to be measured on your own images first.';

/**
 * The backbone folder: model.onnx with float16 weights, model-card.json, and recipe.json that says how to make it again.
 */
export function writeBackbone(folder: string, recipe: PretrainRecipe, outcome: PretrainOutcome): { sizeBytes: number } {
  mkdirSync(folder, { recursive: true });
  const bytes = encodeNetwork(outcome.network, {}, 'half');
  const card = {
    ...{ name: `${recipe.architecture} on formula-driven images`, task: 'classification', unit: 'image' },
    ...{ architecture: recipe.architecture, classes: formulaLabels, seenPatients: [], seenPixels: [], intendedUse },
    preprocessing: {
      ...{ size: recipe.size, resize: 'fit', channels: 1, mean: MEAN, standardDeviation: STANDARD_DEVIATION },
    },
  };
  const { images, loss, seconds } = outcome;
  writeDurably(path.join(folder, 'model.onnx'), bytes);
  writeFileSync(path.join(folder, 'model-card.json'), JSON.stringify(card, undefined, 1));
  const made = { recipe, reached: { images, loss, seconds: Math.round(seconds) } };
  writeFileSync(path.join(folder, 'recipe.json'), JSON.stringify(made, undefined, 1));
  return { sizeBytes: bytes.length };
}
