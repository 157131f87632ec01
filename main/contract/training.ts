import { z } from 'zod';
import { Augmentation } from './augmentation.ts';
import { SlicePooling } from './caseShape.ts';
import { command, event, query } from './define.ts';
import { MeasuredSpeed } from './devices.ts';
import { MeasuredForm } from './lowerings.ts';
import { PlanChoice, SnapshotFingerprint } from './training/fingerprint.ts';
import { ClassWeights, Loss } from './training/loss.ts';
import { Optimizer } from './training/optimizer.ts';
import { RateRange } from './training/rateSearch.ts';
import { Id, Interval, JobRef, None, Timestamp } from './values.ts';

export const ArchitectureId = z.enum([
  'resnet18',
  'small-cnn',
  'resnet34',
  'resnet50',
  'densenet121',
  'mobilenet-v2',
  'mobilenet-v3-small',
  'mobilenet-v3-large',
  'efficientnet-b0',
  'convnext-tiny',
  'googlenet',
  'inception-v3',
  'alexnet',
  'vgg11',
  'vgg11-bn',
  'vgg16',
  'vgg16-bn',
]);

/** Heads on a frozen base: trained by epochs, or fitted at once. */
export const HeadKind = z.enum(['dense', 'logistic', 'svm', 'forest', 'knn']);
export type HeadKind = z.output<typeof HeadKind>;

/** Every knob of a training, saved in the run and in each checkpoint; nothing else decides the weights. */
export const TrainingConfig = z.object({
  snapshot: z.string().min(1),
  architecture: ArchitectureId.default('resnet18'),
  /** Where the weights start: `none` and `random` draw them from the seed, else a model id. */
  backbone: z.string().default('none'),
  /**
   * scratch and fine-tune train every layer (fine-tune starts from `backbone`); features freezes the base, runs it once
   * over the plain pictures (without augmentation) and trains the rest on the cached features.
   */
  mode: z.enum(['scratch', 'fine-tune', 'features']).default('scratch'),
  /**
   * What reads the features of a frozen base (mode features). `dense` is trained by epochs on the last layer's; the others
   * are fitted at once on the pooled features of several depths, their settings chosen on validation cases.
   */
  head: HeadKind.default('dense'),
  /**
   * The stage (feature layer) up to which nothing changes, or `head`: only the last layer learns. Absent: fine-tune
   * trains every layer, features only the last.
   */
  freezeBelow: z.string().min(1).optional(),
  /** Each stage learns at this share of the rate of the one after it (Howard and Ruder, 2018); 1: all alike. */
  stageRateFactor: z.number().gt(0).max(1).default(1),
  /** Fine-tuning begins with the last layer and takes in one more stage after so many epochs; 0: all from the start. */
  unfreezeEpochs: z.number().int().min(0).default(0),
  /**
   * `frozen`: normalisation layers keep the scales and statistics they came with. `reestimated`: statistics are measured
   * anew on the training pictures before the first step.
   */
  batchNorm: z.object({ frozen: z.boolean().default(false), reestimated: z.boolean().default(false) }).prefault({}),
  /** Share of the last layer's inputs that each step leaves out; absent: as the architecture has it. */
  headDropout: z.number().min(0).lt(1).optional(),
  /** How the features of the slices of a case become one; absent: their mean. Only for datasets of several slices. */
  pooling: SlicePooling.optional(),
  loss: Loss.prefault({ kind: 'cross-entropy' }),
  epochs: z.number().int().min(1).max(10_000).default(30),
  batchSize: z.number().int().min(1).max(1024).default(16),
  learningRate: z.number().positive().default(1e-3),
  /** The highest rate is `learningRate` in each of them. */
  schedule: z.enum(['constant', 'step', 'cosine', 'one-cycle', 'plateau']).default('cosine'),
  /**
   * The rate is multiplied by `factor`: every so many epochs (step), or after so many without a better validation loss
   * (plateau).
   */
  rateDrop: z
    .object({ epochs: z.number().int().min(1).default(5), factor: z.number().gt(0).lt(1).default(0.3) })
    .prefault({}),
  /** The rate rises in a straight line from 0 at first, over so many epochs. */
  warmUpEpochs: z.number().min(0).default(0),
  optimizer: Optimizer.prefault({ kind: 'adam' }),
  /** Batches whose gradients are gathered before the weights change: a large batch in little memory. */
  accumulateBatches: z.number().int().min(1).max(256).default(1),
  /** The longest that all gradients together may be. */
  clipNorm: z.number().positive().optional(),
  /** Share of a running mean of the weights that each step keeps; the mean is validated and saved. */
  averageDecay: z.number().gt(0).lt(1).optional(),
  /** Cases of an epoch: each once, each class equally often, or each patient equally often. */
  sampling: z.enum(['shuffled', 'balanced', 'by-patient']).default('shuffled'),
  classWeights: ClassWeights.default(true),
  augmentation: Augmentation.prefault({}),
  /** Epochs without a better validation loss before training stops. */
  patience: z.number().int().min(1).default(8),
  timeLimitMinutes: z.number().positive().optional(),
  engine: z.enum(['auto', 'onnxruntime', 'tensorflow']).default('auto'),
  device: z.string().default('auto'),
  threads: z.number().int().min(1).max(256).optional(),
  /**
   * How gradients are written for the engine: `measured` takes what a short trial on this machine finds fastest, and
   * records it in the run; `usual` goes by rules of shape alone, which are the same on every machine.
   */
  lowering: z.enum(['measured', 'usual']).default('measured'),
  seed: z.number().int().nonnegative().default(1),
});
export type TrainingConfig = z.output<typeof TrainingConfig>;

export const RunStatus = z.enum(['queued', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted']);
export type RunStatus = z.output<typeof RunStatus>;

/** Result of the job of a training. */
export const TrainingResult = z.object({
  run: z.string(),
  /** A job that ends well may have paused, stopped or interrupted its run. */
  status: RunStatus,
  /** Absent when the training was paused, by a window or by the end of its core. */
  model: z.string().optional(),
  bestEpoch: z.number().optional(),
  metrics: z.unknown().optional(),
  seconds: z.number(),
});

export const EpochRow = z.object({
  fold: z.number().int().optional(),
  epoch: z.number().int(),
  loss: z.number(),
  valLoss: z.number(),
  trainAuroc: z.number().optional(),
  valAuroc: z.number().optional(),
  /** Of grades and numbers, in AUROC's place: mean distance from the truth, in steps or in the unit. */
  trainError: z.number().optional(),
  valError: z.number().optional(),
  learningRate: z.number(),
  seconds: z.number(),
  etaSeconds: z.number(),
  isBest: z.boolean(),
});
export type EpochRow = z.output<typeof EpochRow>;

/** Scores of a few fixed validation cases after an epoch: what the preview strip repaints. */
export const PreviewCase = z.object({
  caseIndex: z.number().int(),
  className: z.string(),
  scores: z.array(z.number()),
});

export const RunSummary = z.object({
  id: Id,
  name: z.string(),
  status: RunStatus,
  snapshotId: z.string(),
  architecture: z.string(),
  mode: z.string(),
  epochsDone: z.number(),
  epochs: z.number(),
  folds: z.number().optional(),
  bestEpoch: z.number().optional(),
  bestValLoss: z.number().optional(),
  bestValAuroc: z.number().optional(),
  modelId: z.string().optional(),
  createdAt: Timestamp,
  seconds: z.number(),
});
export type RunSummary = z.output<typeof RunSummary>;

/** Where a training runs: decided before its first step, and kept when it is resumed. */
export const RunDevice = z.object({
  engine: z.string(),
  /** As `--device` takes it. */
  id: z.string(),
  title: z.string(),
  threads: z.number().int(),
  /** `auto` chose it. */
  isAutomatic: z.boolean(),
  /** Of its last test on this machine, where that counts. */
  speed: MeasuredSpeed.optional(),
});
export type RunDevice = z.output<typeof RunDevice>;

export const RunDetail = z.object({
  summary: RunSummary,
  config: TrainingConfig,
  epochs: z.array(EpochRow),
  preview: z.array(PreviewCase),
  /** What the curves say, in words a radiologist would use. */
  hint: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  jobId: z.string().optional(),
  /** Absent before the training has begun. */
  device: RunDevice.optional(),
  /** How its gradients are written, as recorded before its first step; absent where rules of shape alone decide. */
  lowerings: z.array(MeasuredForm).optional(),
});
export type RunDetail = z.output<typeof RunDetail>;

export const Architecture = z.object({
  id: ArchitectureId,
  title: z.string(),
  description: z.string(),
  parameters: z.number(),
  /** Feature layers from the image to the head, where a network can be frozen. */
  stages: z.array(z.string()),
});

/** A training proposed for a snapshot; each choice with its reason. */
export const TrainingPlan = z.object({
  config: TrainingConfig,
  reasons: z.record(z.string(), z.string()),
  estimate: z.object({
    secondsPerEpoch: z.number(),
    totalSeconds: z.number(),
    memoryMb: z.number(),
    parameters: z.number(),
  }),
  /** Every decision with its reason, in the order a person reads them. */
  choices: z.array(PlanChoice).optional(),
  /** What the decisions are a function of. */
  fingerprint: SnapshotFingerprint.optional(),
});
export type TrainingPlan = z.output<typeof TrainingPlan>;

export const trainingMethods = {
  'training.architectures': query(None, z.object({ architectures: z.array(Architecture) })),
  'training.plan': query(
    z.object({
      snapshotId: Id,
      architecture: ArchitectureId.optional(),
      mode: z.enum(['scratch', 'fine-tune', 'features']).optional(),
      /** Id of a model to start from. */
      backbone: z.string().optional(),
      /** Time a few steps on this machine first (seconds); otherwise the estimate comes from the cost model at once. */
      measured: z.boolean().default(false),
    }),
    TrainingPlan,
  ),
  /** Job result: TrainingResult. */
  'runs.start': command(TrainingConfig, z.object({ runId: Id, jobId: Id })),
  /** Tries rising learning rates on the training part of the dataset; nothing is kept. Job result: RateSearch. */
  'training.findRate': command(z.object({ config: TrainingConfig, range: RateRange.prefault({}) }), JobRef),
  'runs.pause': command(z.object({ runId: Id }), None),
  /** Goes on from the last checkpoint, after a pause, a crash or a stop. */
  'runs.resume': command(z.object({ runId: Id }), JobRef),
  /** Ends the training now and keeps the best model so far. */
  'runs.stop': command(z.object({ runId: Id }), None),
  'runs.list': query(None, z.object({ runs: z.array(RunSummary) })),
  'runs.get': query(z.object({ runId: Id }), RunDetail),
};

export const trainingEvents = {
  'runs.stepEnded': event(
    z.object({
      runId: Id,
      fold: z.number().int().optional(),
      epoch: z.number().int(),
      step: z.number().int(),
      steps: z.number().int(),
      loss: z.number(),
      etaSeconds: z.number().optional(),
    }),
  ),
  'runs.epochEnded': event(z.object({ runId: Id, row: EpochRow, preview: z.array(PreviewCase) })),
  'runs.changed': event(z.object({ runId: Id, status: RunStatus })),
};

export const ValidationMetrics = z.object({
  valLoss: z.number(),
  valAuroc: Interval.optional(),
  /** Of a number: mean distance from the truth, in its unit. */
  valError: Interval.optional(),
});
