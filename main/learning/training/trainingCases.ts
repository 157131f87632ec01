import type { SplitName } from '../../contract/datasets.ts';
import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { Interval } from '../../contract/values.ts';
import { auroc } from '../../domain/statistics/auroc.ts';
import { aurocEstimate } from '../../domain/statistics/aurocInterval.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { medianGrade } from '../../domain/statistics/grades.ts';
import { macroAuroc } from '../../domain/statistics/macroAuroc.ts';
import { weightedKappa } from '../../domain/statistics/weightedKappa.ts';
import { type SnapshotIndex, splitOfCases } from '../dataset/openSnapshot.ts';

/** The cases of one training (of a fold, or of the whole split), as positions in the snapshot. */
export interface TrainingCases {
  /** Absent: classification. */
  readonly task?: DatasetTask;
  readonly train: readonly number[];
  readonly val: readonly number[];
  /** By position in the snapshot. */
  readonly truths: readonly number[];
  readonly patientIds: readonly string[];
  readonly classes: readonly string[];
  /** Of two classes; otherwise the mean over one-versus-rest is taken. */
  readonly positive?: number;
}

/** `fold` counts from 1; absent where the snapshot has one split. Test cases are never among them. */
export function trainingCases(snapshot: SnapshotIndex, fold?: number): TrainingCases {
  const { classes, cases, positive, recipe } = snapshot.manifest;
  const parts = splitOfCases(snapshot, fold);
  const inPart = (part: SplitName) => parts.flatMap((name, i) => (name === part ? [i] : []));
  return {
    task: recipe.task,
    train: inPart('train'),
    val: inPart('val'),
    truths: cases.map((c) => classes.indexOf(c.className)),
    patientIds: cases.map((c) => c.patientId),
    classes,
    ...(positive !== undefined && { positive: classes.indexOf(positive) }),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** AUROC of the positive class, or the mean of each class against the rest; undefined where a class is absent. */
export function aurocOf(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  { classes, positive }: Pick<TrainingCases, 'classes' | 'positive'>,
): number | undefined {
  const targets = positive === undefined ? classes.map((_, k) => k) : [positive];
  const values = targets.map((k) =>
    auroc(
      scores.map((row) => row[k] ?? 0),
      truths.map((truth) => truth === k),
    ),
  );
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? mean(known) : undefined;
}

const intervalOf = (estimate: Estimate | undefined): Interval | undefined =>
  estimate && { value: estimate.value, low: estimate.low, high: estimate.high, method: estimate.method };

/** The same with its 95 % interval, cases clustered by patient. */
export function aurocIntervalOf(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  patientIds: readonly string[],
  { positive }: Pick<TrainingCases, 'positive'>,
): Interval | undefined {
  if (positive === undefined)
    return intervalOf(macroAuroc(scores, truths, patientIds, { seed: 1, resamples: 2000 }).macro);
  const column = scores.map((row) => row[positive] ?? 0);
  return intervalOf(
    aurocEstimate(
      column,
      truths.map((truth) => truth === positive),
      patientIds,
    ),
  );
}

/** What curves show beside the loss: AUROC of classes; of ordered grades the mean distance from the truth, in steps. */
export function curveFigures(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  cases: Pick<TrainingCases, 'classes' | 'positive' | 'task'>,
): { readonly auroc?: number; readonly error?: number } {
  if (cases.task === 'ordinal')
    return { error: mean(scores.map((row, i) => Math.abs(medianGrade(row) - (truths[i] ?? 0)))) };
  const value = aurocOf(scores, truths, cases);
  return value === undefined ? {} : { auroc: value };
}

/** Weighted kappa of the median grades with its 95 % interval, patients resampled. */
export function kappaIntervalOf(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  patientIds: readonly string[],
  grades: number,
): Interval | undefined {
  return intervalOf(weightedKappa(truths, scores.map(medianGrade), patientIds, { grades, seed: 1 }));
}
