import { z } from 'zod';
import { command, event, query } from './define.ts';
import { ArchitectureId, HeadKind, TrainingConfig } from './training.ts';
import { Id, JobRef, Timestamp } from './values.ts';

/** From the smallest to the largest value; drawn evenly over its logarithm. */
const LogRange = z
  .object({ low: z.number().positive(), high: z.number().positive() })
  .refine(({ low, high }) => low <= high, 'low is above high');

/** What is drawn at random. Each head has settings of its own; the others are left out for it. */
export const SearchSpace = z.object({
  heads: z.array(HeadKind).min(1).default(['dense', 'logistic', 'svm', 'forest', 'knn']),
  /** Weigh the classes alike, or not, or either. */
  classWeights: z.array(z.boolean()).min(1).default([true, false]),
  learningRate: LogRange.default({ low: 1e-4, high: 1e-1 }),
  weightDecay: LogRange.default({ low: 1e-6, high: 1e-1 }),
  /** Of the logistic and the SVM head: how much the cases count against small weights. */
  c: LogRange.default({ low: 1e-6, high: 1 }),
  trees: LogRange.default({ low: 50, high: 300 }),
  minLeaf: LogRange.default({ low: 1, high: 8 }),
  k: LogRange.default({ low: 1, high: 99 }),
});
export type SearchSpace = z.output<typeof SearchSpace>;

/** Random settings over the cached features of a frozen base, the worse two thirds stopped early (successive halving). */
export const SettingsSearch = z.object({
  kind: z.literal('settings'),
  snapshot: z.string().min(1),
  architecture: ArchitectureId.default('resnet18'),
  /** `random`, or the id of a model whose base is frozen. */
  backbone: z.string().default('random'),
  space: SearchSpace.prefault({}),
  trials: z.number().int().min(2).max(500).default(40),
  /** Epochs of a dense head that gets to the end. */
  epochs: z.number().int().min(1).max(1000).default(60),
  batchSize: z.number().int().min(1).max(1024).default(16),
  threads: z.number().int().min(1).max(256).optional(),
  seed: z.number().int().nonnegative().default(1),
});

/** One configuration trained with several seeds: how much of a result is chance. */
export const SeedSearch = z.object({
  kind: z.literal('seeds'),
  config: TrainingConfig,
  /** Seeds config.seed, config.seed + 1, ... */
  seeds: z.number().int().min(2).max(50).default(5),
});

export const SearchRequest = z.discriminatedUnion('kind', [SettingsSearch, SeedSearch]);
export type SearchRequest = z.output<typeof SearchRequest>;

export const TrialSettings = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
export type TrialSettings = z.output<typeof TrialSettings>;

/** One fit, judged on validation cases. */
export const Trial = z.object({
  /** From 1; the same settings keep their number from rung to rung. */
  id: z.number().int(),
  /** From 1; the last rung has the whole budget. */
  rung: z.number().int(),
  /** Share of the training patients (fitted heads) or of the epochs (dense). */
  budget: z.number(),
  settings: TrialSettings,
  trainLoss: z.number(),
  valLoss: z.number(),
  valAuroc: z.number().optional(),
  seconds: z.number(),
});
export type Trial = z.output<typeof Trial>;

export const SearchStatus = z.enum(['running', 'finished', 'cancelled', 'failed']);

/** Mean and standard deviation (n - 1), smallest and largest of what the seeds reach. */
export const Spread = z.object({
  n: z.number().int(),
  mean: z.number(),
  deviation: z.number(),
  low: z.number(),
  high: z.number(),
});

export const SearchSummary = z.object({
  id: Id,
  title: z.string(),
  kind: z.enum(['settings', 'seeds']),
  snapshotId: z.string(),
  status: SearchStatus,
  /** Fits that are done, and that there are to do. */
  done: z.number().int(),
  total: z.number().int(),
  /** Of the trials that came furthest, the one with the smallest validation loss. */
  best: Trial.optional(),
  createdAt: Timestamp,
  jobId: z.string().optional(),
});
export type SearchSummary = z.output<typeof SearchSummary>;

export const SearchDetail = z.object({
  summary: SearchSummary,
  request: SearchRequest,
  trials: z.array(Trial),
  /** The training that the best settings stand for. */
  bestConfig: TrainingConfig.optional(),
  /** Of a search over seeds, on validation cases. */
  spread: z.object({ valLoss: Spread, valAuroc: Spread.optional() }).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type SearchDetail = z.output<typeof SearchDetail>;

export const searchMethods = {
  /** Never reads the test split. Job result: SearchSummary. Cancelled, it keeps what it found. */
  'search.start': command(SearchRequest, z.object({ searchId: Id, jobId: Id })),
  /** Goes on where a cancelled or broken-off search ended. */
  'search.resume': command(z.object({ searchId: Id }), JobRef),
  'search.list': query(z.object({ snapshotId: Id.optional() }), z.object({ searches: z.array(SearchSummary) })),
  'search.get': query(z.object({ searchId: Id }), SearchDetail),
};

export const searchEvents = {
  'search.changed': event(z.object({ searchId: Id })),
  'search.trialEnded': event(z.object({ searchId: Id, trial: Trial })),
};
