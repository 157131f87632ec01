import { z } from 'zod';
import { Phases, SliceChoice } from './caseShape.ts';
import { DatasetTask } from './datasetTask.ts';
import { command, event, query } from './define.ts';
import { NumberScale, Scope } from './labels.ts';
import { DataFinding, Id, JobRef, None, Timestamp, Uint8 } from './values.ts';

/** Everything that decides what a snapshot holds. The same recipe over the same labels gives the same hash. */
export const DatasetRecipe = z.object({
  /** Name or id of a LabelDefinition. */
  target: z.string().min(1),
  task: DatasetTask.default('classification'),
  /** Of several labels: the questions beside `target`, names or ids; the same scope, two answers each. */
  also: z.array(z.string().min(1)).max(30).optional(),
  /** What one case is; default: the scope of the target. */
  unit: Scope.optional(),
  partition: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('split'), train: z.number(), val: z.number(), test: z.number() }),
      z.object({
        kind: z.literal('folds'),
        folds: z.number().int().min(2).max(20),
        /** How often patients are dealt out anew; absent: once. */
        repeats: z.number().int().min(1).max(20).optional(),
        /** Nested: so many validation parts take turns inside each fold; absent: one of 15 %. Not with repeats. */
        inner: z.number().int().min(2).max(10).optional(),
      }),
      /** Leave one site out: each value of a column of the metadata, of \`manufacturer\` or of \`scanner\`, is tested once. */
      z.object({ kind: z.literal('leave-out'), by: z.string().min(1) }),
      /** CSV of patient_id, split (train | val | test). */
      z.object({ kind: z.literal('file'), path: z.string() }),
    ])
    .default({ kind: 'split', train: 0.7, val: 0.15, test: 0.15 }),
  seed: z.number().int().nonnegative().default(1),
  /** Side of the square network input, pixels. */
  size: z.number().int().min(16).max(1024).default(128),
  /** fit keeps the aspect ratio and pads; stretch fills. */
  resize: z.enum(['fit', 'stretch']).default('fit'),
  /** Side of a square lesion crop, mm (pixels where the image has no spacing); absent: the whole image. */
  cropMm: z.number().positive().optional(),
  /** Window on modality values; absent: CT lung window for CT lesions is NOT assumed, the frame's own range is used. */
  window: z.object({ center: z.number(), width: z.number().positive() }).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).default(1),
  /** Take this reader's labels alone; absent: the readers' common answer. */
  reader: z.string().optional(),
  positive: z.string().optional(),
  /** Of ordered grades, from the least to the most; absent: in the order of the label's values. */
  grades: z.array(z.string()).optional(),
  /** Which frame of a series or study case goes in. */
  frame: z.enum(['middle', 'largest-lesion']).default('middle'),
  /** Several slices of a series or study case go in instead of one frame. */
  slices: SliceChoice.optional(),
  /** Several series of a study, at the same place, as the channels of one input; instead of `channels`. */
  phases: Phases.optional(),
});
export type DatasetRecipe = z.output<typeof DatasetRecipe>;

export const SplitName = z.enum(['train', 'val', 'test']);
export type SplitName = z.output<typeof SplitName>;

/** counts[split][class]; for folds the splits are fold-1, fold-2, ... (each case is tested once). */
export const CaseCounts = z.record(
  z.string(),
  z.record(z.string(), z.object({ cases: z.number(), patients: z.number() })),
);
/** How the folds of a dataset came about, where they are more than one dealing into parts. */
export const FoldScheme = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('repeated'), folds: z.number().int(), repeats: z.number().int() }),
  z.object({ kind: z.literal('nested'), folds: z.number().int(), inner: z.number().int() }),
  z.object({ kind: z.literal('leave-out'), by: z.string(), names: z.array(z.string()) }),
]);

export const Excluded = z.object({ code: z.string(), message: z.string(), n: z.number() });

export const DatasetPreview = z.object({
  funnel: z.array(
    z.object({ stage: z.enum(['found', 'labelled', 'eligible', 'split']), cases: z.number(), patients: z.number() }),
  ),
  classes: z.array(z.string()),
  positive: z.string().optional(),
  counts: CaseCounts,
  excluded: z.array(Excluded),
  findings: z.array(DataFinding),
  scheme: FoldScheme.optional(),
});
export type DatasetPreview = z.output<typeof DatasetPreview>;

export const SnapshotSummary = z.object({
  id: Id,
  hash: z.string(),
  path: z.string(),
  target: z.string(),
  /** Absent: classification. */
  task: DatasetTask.optional(),
  unit: Scope,
  /** Of a number its name. */
  classes: z.array(z.string()),
  positive: z.string().optional(),
  number: NumberScale.optional(),
  cases: z.number(),
  patients: z.number(),
  /** Networks that a training on it makes: with repeats or inner folds more than parts. */
  folds: z.number().int().optional(),
  scheme: FoldScheme.optional(),
  size: z.number(),
  channels: z.number(),
  /** Slices of a case; absent: one picture. */
  slices: z.number().int().optional(),
  /** Names of the channels, where they are series of the study. */
  phases: z.array(z.string()).optional(),
  createdAt: Timestamp,
});
export type SnapshotSummary = z.output<typeof SnapshotSummary>;

export const SnapshotCase = z.object({
  index: z.number().int(),
  patientId: z.string(),
  imageId: z.string(),
  seriesInstanceUid: z.string().optional(),
  className: z.string(),
  /** Slices that there are, where a case has several. */
  slices: z.number().int().optional(),
  /** train, val, test; or fold-1 ... */
  split: z.string(),
});
export type SnapshotCase = z.output<typeof SnapshotCase>;

export const SnapshotDetail = z.object({
  summary: SnapshotSummary,
  recipe: DatasetRecipe,
  counts: CaseCounts,
  excluded: z.array(Excluded),
  findings: z.array(DataFinding),
  cases: z.array(SnapshotCase),
  groundTruthRule: z.string(),
});
export type SnapshotDetail = z.output<typeof SnapshotDetail>;

export const datasetMethods = {
  'datasets.preview': query(DatasetRecipe, DatasetPreview),
  /** Job result: { snapshot, hash, counts, excluded, findings } */
  'datasets.create': command(DatasetRecipe, JobRef),
  /** What a site may be for \`leave-out\`: columns of the images labelled with the target, and how many values each has. */
  'datasets.sites': query(
    z.object({ target: z.string().min(1) }),
    z.object({ columns: z.array(z.object({ name: z.string(), values: z.number().int(), missing: z.number().int() })) }),
  ),
  'datasets.list': query(None, z.object({ snapshots: z.array(SnapshotSummary) })),
  'datasets.get': query(z.object({ snapshotId: Id }), SnapshotDetail),
  /**
   * The tensors as 8-bit grey pictures exactly as the network sees them, size x size each, concatenated. Of a case of several
   * slices one is shown: `slice` (from 0, the last where there are fewer), or the middle one.
   */
  'datasets.pictures': query(
    z.object({
      snapshotId: Id,
      indexes: z.array(z.number().int().nonnegative()).max(500),
      slice: z.number().int().nonnegative().optional(),
      /** Of several series as channels; the first where it is left out. */
      channel: z.number().int().nonnegative().optional(),
    }),
    z.object({ size: z.number(), pixels: Uint8 }),
  ),
};

export const datasetEvents = { 'datasets.changed': event(None) };
