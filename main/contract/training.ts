import { z } from 'zod';
import { Augmentation } from './augmentation.ts';
import { command, event, query } from './define.ts';
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

export const Optimizer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('adam'),
    beta1: z.number().default(0.9),
    beta2: z.number().default(0.999),
    epsilon: z.number().default(1e-8),
    weightDecay: z.number().min(0).default(1e-4),
  }),
  z.object({
    kind: z.literal('sgd'),
    momentum: z.number().min(0).max(1).default(0.9),
    weightDecay: z.number().min(0).default(1e-4),
  }),
]);
export type Optimizer = z.output<typeof Optimizer>;

/** Every knob of a training, saved in the run and in each checkpoint; nothing else decides the weights. */
export const TrainingConfig = z.object({
  snapshot: z.string().min(1),
  architecture: ArchitectureId.default('resnet18'),
  /** Where the weights start: `none` and `random` draw them from the seed, else a model id. */
  backbone: z.string().default('none'),
  /**
   * scratch and fine-tune train every layer (fine-tune starts from `backbone`); features freezes the base, runs it once
   * and trains the head on the cached features.
   */
  mode: z.enum(['scratch', 'fine-tune', 'features']).default('scratch'),
  epochs: z.number().int().min(1).max(10_000).default(30),
  batchSize: z.number().int().min(1).max(1024).default(16),
  learningRate: z.number().positive().default(1e-3),
  schedule: z.enum(['constant', 'cosine']).default('cosine'),
  optimizer: Optimizer.default({ kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 }),
  /** Weigh the loss so that each class counts the same. */
  classWeights: z.boolean().default(true),
  augmentation: Augmentation.prefault({}),
  /** Epochs without a better validation loss before training stops. */
  patience: z.number().int().min(1).default(8),
  timeLimitMinutes: z.number().positive().optional(),
  engine: z.enum(['auto', 'onnxruntime', 'tensorflow']).default('auto'),
  device: z.string().default('auto'),
  threads: z.number().int().min(1).max(256).optional(),
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

/** What keeps a training from starting as configured, in a sentence; undefined where nothing does. */
export function startingGap({ mode, backbone }: Pick<TrainingConfig, 'mode' | 'backbone'>): string | undefined {
  const isModel = backbone !== 'none' && backbone !== 'random';
  if (mode === 'fine-tune' && !isModel) return 'Choose the model to start from.';
  if (mode === 'features' && backbone === 'none') return 'Choose the base to freeze: a model, or random weights.';
  if (mode === 'scratch' && isModel)
    return 'A training from scratch starts from no model: fine-tune it, or use its features.';
  return undefined;
}

export const EpochRow = z.object({
  fold: z.number().int().optional(),
  epoch: z.number().int(),
  loss: z.number(),
  valLoss: z.number(),
  trainAuroc: z.number().optional(),
  valAuroc: z.number().optional(),
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

export const RunDetail = z.object({
  summary: RunSummary,
  config: TrainingConfig,
  epochs: z.array(EpochRow),
  preview: z.array(PreviewCase),
  /** What the curves say, in words a radiologist would use. */
  hint: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  jobId: z.string().optional(),
});
export type RunDetail = z.output<typeof RunDetail>;

export const Architecture = z.object({
  id: ArchitectureId,
  title: z.string(),
  description: z.string(),
  parameters: z.number(),
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

export const ValidationMetrics = z.object({ valLoss: z.number(), valAuroc: Interval.optional() });
