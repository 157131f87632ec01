import { sideWord } from '../../contract/augmentationGaps.ts';
import type { DatasetPreview, SnapshotSummary } from '../../contract/datasets.ts';
import { TrainingConfig, type TrainingPlan } from '../../contract/training.ts';
import { slotNames } from '../network/optimizer.ts';
import { batchesPerEpoch } from './loop/sampling.ts';

/** What planning reads of a snapshot: the numbers, never the images. */
export interface PlannedSnapshot {
  readonly summary: SnapshotSummary;
  readonly counts: DatasetPreview['counts'];
}

export interface PlanWishes {
  readonly architecture?: TrainingConfig['architecture'] | undefined;
  readonly mode?: TrainingConfig['mode'] | undefined;
  /** Model to start from, for fine-tune and features. */
  readonly backbone?: string | undefined;
  /** Multiply-adds a second that training reaches on this machine, forward and backward; measured where possible. */
  readonly multiplyAddsPerSecond?: number | undefined;
}

type ArchitectureId = TrainingConfig['architecture'];

/** Per pixel of a square image of 128 pixels, one image; a test compares them with `costEstimate` of the networks themselves. */
export const architectureCosts: Readonly<
  Record<ArchitectureId, { parameters: number; multiplyAddsPerPixel: number; activationBytesPerPixel: number }>
> = {
  resnet18: { parameters: 11_171_266, multiplyAddsPerPixel: 34_576, activationBytesPerPixel: 656 },
  'small-cnn': { parameters: 97_650, multiplyAddsPerPixel: 3_600, activationBytesPerPixel: 390 },
  resnet34: { parameters: 21_279_426, multiplyAddsPerPixel: 71_440, activationBytesPerPixel: 1_006 },
  resnet50: { parameters: 23_505_858, multiplyAddsPerPixel: 79_888, activationBytesPerPixel: 2_995 },
  densenet121: { parameters: 6_949_634, multiplyAddsPerPixel: 54_896, activationBytesPerPixel: 3_890 },
  'mobilenet-v2': { parameters: 2_225_858, multiplyAddsPerPixel: 5_825, activationBytesPerPixel: 1_570 },
  'mobilenet-v3-small': { parameters: 1_519_618, multiplyAddsPerPixel: 1_077, activationBytesPerPixel: 356 },
  'mobilenet-v3-large': { parameters: 4_204_306, multiplyAddsPerPixel: 4_332, activationBytesPerPixel: 1_093 },
  'efficientnet-b0': { parameters: 4_009_534, multiplyAddsPerPixel: 7_546, activationBytesPerPixel: 2_264 },
  'convnext-tiny': { parameters: 27_818_594, multiplyAddsPerPixel: 88_591, activationBytesPerPixel: 6_400 },
  googlenet: { parameters: 5_595_682, multiplyAddsPerPixel: 28_274, activationBytesPerPixel: 984 },
  'inception-v3': { parameters: 21_789_090, multiplyAddsPerPixel: 44_456, activationBytesPerPixel: 1_117 },
  alexnet: { parameters: 56_996_546, multiplyAddsPerPixel: 14_399, activationBytesPerPixel: 92 },
  vgg11: { parameters: 128_773_378, multiplyAddsPerPixel: 155_338, activationBytesPerPixel: 1_328 },
  'vgg11-bn': { parameters: 128_778_882, multiplyAddsPerPixel: 155_338, activationBytesPerPixel: 1_920 },
  vgg16: { parameters: 134_267_586, multiplyAddsPerPixel: 312_010, activationBytesPerPixel: 2_304 },
  'vgg16-bn': { parameters: 134_276_034, multiplyAddsPerPixel: 312_010, activationBytesPerPixel: 3_384 },
};

/** Of a two-core laptop. */
const DEFAULT_SPEED = 12e9;
/** A backward pass costs about two forward passes. */
const TRAINING_FACTOR = 3;
const FEW_CASES = 150;
/** Images seen in all that a training from scratch needs before it levels off. */
const SCRATCH_IMAGES = 12_000;

/** Cases of one training's train and val part, and of each class in train. */
function partSizes({ summary, counts }: PlannedSnapshot) {
  const casesIn = (part: string) => Object.values(counts[part] ?? {}).reduce((sum, { cases }) => sum + cases, 0);
  const perClass = summary.classes.map((name) =>
    summary.folds === undefined
      ? (counts.train?.[name]?.cases ?? 0)
      : Object.values(counts).reduce((sum, part) => sum + (part[name]?.cases ?? 0), 0),
  );
  if (summary.folds === undefined) return { train: casesIn('train'), val: casesIn('val'), perClass };
  const outside = (summary.cases * (summary.folds - 1)) / summary.folds;
  return { train: Math.round(outside * 0.85), val: Math.round(outside * 0.15), perClass };
}

interface Choice<T> {
  readonly value: T;
  readonly reason: string;
}

function chooseArchitecture({ summary }: PlannedSnapshot, train: number, wishes: PlanWishes): Choice<ArchitectureId> {
  if (wishes.architecture) return { value: wishes.architecture, reason: 'You chose it.' };
  if (summary.size < 32)
    return { value: 'small-cnn', reason: `Images of ${summary.size} pixels are too small for a deep network.` };
  if (train < FEW_CASES)
    return { value: 'small-cnn', reason: `${train} training cases are few: a small network overfits later.` };
  return { value: 'resnet18', reason: `${train} training cases are enough for a network of 18 layers.` };
}

function chooseMode(wishes: PlanWishes): Choice<TrainingConfig['mode']> {
  if (wishes.mode) return { value: wishes.mode, reason: 'You chose it.' };
  if (wishes.backbone)
    return { value: 'fine-tune', reason: 'Starting from a trained model needs fewer cases and less time.' };
  return { value: 'scratch', reason: 'There is no trained model to start from: every layer starts at random.' };
}

const rates: Record<TrainingConfig['mode'], Choice<number>> = {
  scratch: { value: 1e-3, reason: 'The usual start for Adam when every layer is new; it falls along a cosine.' },
  'fine-tune': { value: 2e-4, reason: 'Small steps, so that what the model knows is not lost at once.' },
  features: { value: 5e-3, reason: 'Only the last layer learns, so steps may be large.' },
};

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function chooseEpochs(mode: TrainingConfig['mode'], train: number): Choice<number> {
  if (mode === 'features')
    return { value: 60, reason: 'An epoch on cached features takes a moment; early stopping ends it.' };
  const images = mode === 'scratch' ? SCRATCH_IMAGES : SCRATCH_IMAGES / 3;
  const value = clamp(Math.ceil(images / Math.max(1, train)), mode === 'scratch' ? 12 : 6, 60);
  return {
    value,
    reason: `About ${value * train} images are seen in all; training ends earlier when nothing improves.`,
  };
}

function chooseAugmentation({ summary }: PlannedSnapshot): Choice<Partial<TrainingConfig['augmentation']>> {
  const word = sideWord(summary);
  if (word !== undefined)
    return { value: {}, reason: `Small changes and no mirroring: the answer names a side ("${word}").` };
  if (summary.unit === 'lesion')
    return {
      value: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 },
      reason: 'A lesion looks as likely in any orientation: crops are mirrored and turned.',
    };
  return {
    value: {},
    reason: 'Small shifts, turns and brightness changes. No mirroring: left and right differ in a patient.',
  };
}

function imbalance(perClass: readonly number[]): string {
  const ratio = Math.max(...perClass) / Math.max(1, Math.min(...perClass));
  return ratio >= 1.5
    ? `The largest class has ${ratio.toFixed(1)} times the cases of the smallest: each class counts the same.`
    : 'The classes are about equally large; weighing them changes little.';
}

function estimateOf(
  config: TrainingConfig,
  snapshot: PlannedSnapshot,
  sizes: ReturnType<typeof partSizes>,
  speed: number,
) {
  const { size, folds = 1, cases } = snapshot.summary;
  const cost = architectureCosts[config.architecture];
  const forward = (cost.multiplyAddsPerPixel * size * size) / speed;
  const isFrozen = config.mode === 'features';
  const images = batchesPerEpoch(sizes.train, config.batchSize) * config.batchSize;
  // Training the head on cached features costs next to nothing; a millisecond stands for the call itself.
  const secondsPerEpoch = isFrozen ? images * 1e-3 : forward * (TRAINING_FACTOR * images + sizes.val);
  const once = isFrozen ? forward * (sizes.train + sizes.val) : 0;
  const slots = slotNames(config.optimizer, '').length;
  const bytes =
    4 * cost.parameters * (3 + 2 * slots) +
    2 * config.batchSize * cost.activationBytesPerPixel * size * size +
    2 * cases * size * size;
  return {
    secondsPerEpoch,
    totalSeconds: folds * (once + config.epochs * secondsPerEpoch),
    memoryMb: Math.round(bytes / 1e6) + 150,
    parameters: cost.parameters,
  };
}

/**
 * A training proposed for a snapshot, each choice with its reason. Pure; `measureTraining` replaces the estimate by a
 * measured one.
 */
export function planTraining(snapshot: PlannedSnapshot, wishes: PlanWishes = {}): TrainingPlan {
  const sizes = partSizes(snapshot);
  const architecture = chooseArchitecture(snapshot, sizes.train, wishes);
  const mode = chooseMode(wishes);
  const epochs = chooseEpochs(mode.value, sizes.train);
  const batchSize = sizes.train < 64 ? 8 : 16;
  const augmentation = chooseAugmentation(snapshot);
  const config = TrainingConfig.parse({
    snapshot: snapshot.summary.id,
    architecture: architecture.value,
    mode: mode.value,
    backbone: wishes.backbone ?? (mode.value === 'features' ? 'random' : 'none'),
    epochs: epochs.value,
    batchSize,
    learningRate: rates[mode.value].value,
    augmentation: augmentation.value,
    patience: Math.max(8, Math.ceil(epochs.value / 2)),
  });
  return {
    config,
    reasons: {
      architecture: architecture.reason,
      mode: mode.reason,
      epochs: epochs.reason,
      batchSize:
        batchSize === 8 ? 'Small batches, because there are few cases.' : 'Fits into memory and gives steady steps.',
      learningRate: rates[mode.value].reason,
      augmentation: augmentation.reason,
      classWeights: imbalance(sizes.perClass),
      patience:
        'Training ends when the validation loss has not improved for so many epochs; the best weights are kept.',
    },
    estimate: estimateOf(config, snapshot, sizes, wishes.multiplyAddsPerSecond ?? DEFAULT_SPEED),
  };
}
