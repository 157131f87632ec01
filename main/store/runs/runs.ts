import type { z } from 'zod';
import type { DatasetRecipe, SnapshotSummary } from '../../contract/datasets.ts';
import type { EvaluatedCase, Evaluation } from '../../contract/evaluations.ts';
import type { Job } from '../../contract/jobs.ts';
import type { ModelCard, ModelSummary, Prediction } from '../../contract/models.ts';
import type {
  EpochRow,
  PreviewCase,
  RunDetail,
  RunStatus,
  RunSummary,
  TrainingConfig,
} from '../../contract/training.ts';

/** What learning leaves behind. The files (tensors, checkpoints, model.onnx) are in the workspace's folders. */
export interface Runs extends Snapshots, TrainingRuns, Models, Evaluations, Predictions, Jobs {
  /** After a crash: jobs that ran become failed (`worker-died`), runs that ran become interrupted. Call once after opening. */
  recover(): { readonly jobs: readonly Job[]; readonly runIds: readonly string[] };
}

export interface Snapshots {
  /** The same hash again returns the snapshot that is there. */
  addSnapshot(summary: SnapshotSummary, recipe: DatasetRecipe): SnapshotSummary;
  /** Newest first. */
  snapshots(): readonly SnapshotSummary[];
  /** By id, hash, or unambiguous start of the hash (8 characters or more). */
  snapshot(idOrHash: string): { readonly summary: SnapshotSummary; readonly recipe: DatasetRecipe } | undefined;
}

export interface NewRun {
  readonly id: string;
  readonly name: string;
  readonly snapshotId: string;
  readonly config: TrainingConfig;
  readonly folds?: number;
  readonly jobId?: string;
}

/** What changes while a run goes on; keys left out stay as they are. */
export interface RunChange {
  readonly status?: RunStatus;
  readonly modelId?: string;
  readonly jobId?: string;
  readonly seconds?: number;
  readonly hint?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly preview?: readonly z.output<typeof PreviewCase>[];
}

export interface TrainingRuns {
  addRun(run: NewRun): RunSummary;
  /** Status changes are audited; the rest is not. */
  changeRun(runId: string, change: RunChange): RunSummary;
  /** Replaces the row of the same fold and epoch (after a resume). */
  addEpoch(runId: string, row: EpochRow): void;
  runs(): readonly RunSummary[];
  run(runId: string): RunDetail | undefined;
}

export interface NewModel {
  readonly id: string;
  readonly name: string;
  readonly card: ModelCard;
  /** Folder or file, absolute or relative to the workspace. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly runId?: string;
  readonly snapshotId?: string;
}

export interface StoredModel {
  readonly summary: ModelSummary;
  readonly card: ModelCard;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface Models {
  addModel(model: NewModel): ModelSummary;
  /** Newest first; `auroc`, `cases` and `evaluationId` of the latest evaluation. */
  models(): readonly ModelSummary[];
  /** By id, else by name (the newest of that name). */
  model(idOrName: string): StoredModel | undefined;
}

export type StoredCase = EvaluatedCase;

export interface Evaluations {
  addEvaluation(evaluation: Evaluation, cases: readonly StoredCase[]): void;
  /** Newest first. */
  evaluations(modelId?: string): readonly Evaluation[];
  evaluation(evaluationId: string): Evaluation | undefined;
  /** Most wrong first: rising score of the true class. */
  evaluationCases(
    evaluationId: string,
    filter?: {
      readonly trueClass?: string;
      readonly predictedClass?: string;
      readonly limit?: number;
      readonly offset?: number;
    },
  ): readonly StoredCase[];
  /** Counts one more look (append-only) and returns how many there are, this one included. */
  recordLook(modelId: string, snapshotId: string, split: string): number;
  looks(modelId: string, snapshotId: string, split: string): number;
}

export interface Predictions {
  /** Replaces the prediction of the same model, image and lesion. The CAM grid is kept as it is. */
  savePredictions(predictions: readonly Prediction[]): void;
  predictions(seriesInstanceUid: string, modelId?: string): readonly Prediction[];
}

export interface Jobs {
  saveJob(job: Job): void;
  job(jobId: string): Job | undefined;
  /** Newest first, at most `limit` (200). */
  jobs(limit?: number): readonly Job[];
}
