import type { SplitName } from '../../contract/datasets.ts';
import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { Interval } from '../../contract/values.ts';
import { auroc } from '../../domain/statistics/auroc.ts';
import { aurocEstimate } from '../../domain/statistics/aurocInterval.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { medianGrade } from '../../domain/statistics/grades.ts';
import { type LabelAnswer, labelAuroc } from '../../domain/statistics/labelAuroc.ts';
import { macroAuroc } from '../../domain/statistics/macroAuroc.ts';
import { measuredErrors } from '../../domain/statistics/measuredError.ts';
import { weightedKappa } from '../../domain/statistics/weightedKappa.ts';
import { type SnapshotIndex, splitOfCases } from '../dataset/openSnapshot.ts';
import type { ManifestCase } from '../dataset/snapshotManifest.ts';

/** The cases of one training (of a fold, or of the whole split), as positions in the snapshot. */
export interface TrainingCases {
  /** Absent: classification. */
  readonly task?: DatasetTask;
  readonly train: readonly number[];
  readonly val: readonly number[];
  /** By position in the snapshot: the class or grade; of a number the number; of labels which set of answers. */
  readonly truths: readonly number[];
  /** Of a number: mean and standard deviation of the training part. */
  readonly standard?: { readonly mean: number; readonly standardDeviation: number };
  /** Of labels, by case and label; undefined where it was not answered. */
  readonly answers?: readonly (readonly LabelAnswer[])[];
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
  const isNumber = recipe.task === 'regression';
  const sets = recipe.task === 'multi-label' ? [...new Set(cases.map((c) => c.className))].sort() : classes;
  const truths = cases.map((c) => (isNumber ? (c.targets?.[0] ?? Number.NaN) : sets.indexOf(c.className)));
  const train = inPart('train');
  return {
    task: recipe.task,
    train,
    val: inPart('val'),
    truths,
    ...(recipe.task === 'multi-label' && { answers: cases.map(labelAnswers) }),
    ...(isNumber && { standard: standardOf(train.map((i) => truths[i] ?? Number.NaN)) }),
    patientIds: cases.map((c) => c.patientId),
    classes,
    ...(positive !== undefined && { positive: classes.indexOf(positive) }),
  };
}

/** Yes or no of each label of a case. */
export const labelAnswers = ({ targets }: Pick<ManifestCase, 'targets'>): LabelAnswer[] =>
  (targets ?? []).map((target) => (target === null ? undefined : target === 1));

function standardOf(numbers: readonly number[]): { mean: number; standardDeviation: number } {
  const centre = mean(numbers);
  return { mean: centre, standardDeviation: Math.sqrt(mean(numbers.map((value) => (value - centre) ** 2))) };
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

/** Mean over the labels, each over the cases in which it was answered; undefined where one has only one answer. */
function meanLabelAuroc(
  scores: readonly (readonly number[])[],
  answers: readonly (readonly LabelAnswer[])[],
): number | undefined {
  const values = (scores[0] ?? []).map((_, label) => {
    const rows = scores.flatMap((_row, i) => (answers[i]?.[label] === undefined ? [] : [i]));
    return auroc(
      rows.map((i) => scores[i]?.[label] ?? 0),
      rows.map((i) => answers[i]?.[label] === true),
    );
  });
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length && known.length > 0 ? mean(known) : undefined;
}

/** What curves show beside the loss: AUROC of classes; else the mean distance from the truth, in steps or in the unit. */
export function curveFigures(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  cases: Pick<TrainingCases, 'classes' | 'positive' | 'task' | 'answers'>,
  /** Which cases they are. */
  indexes: readonly number[] = [],
): { readonly auroc?: number; readonly error?: number } {
  if (cases.task === 'regression')
    return { error: mean(scores.map(([predicted = Number.NaN], i) => Math.abs(predicted - (truths[i] ?? 0)))) };
  if (cases.task === 'multi-label') {
    const value = meanLabelAuroc(
      scores,
      indexes.map((i) => cases.answers?.[i] ?? []),
    );
    return value === undefined ? {} : { auroc: value };
  }
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

/** Mean distance of predicted from true numbers with its 95 % interval, patients resampled. */
export function errorIntervalOf(
  scores: readonly (readonly number[])[],
  truths: readonly number[],
  patientIds: readonly string[],
  range: number,
): Interval | undefined {
  const predicted = scores.map(([value = Number.NaN]) => value);
  return intervalOf(measuredErrors(truths, predicted, patientIds, { range, seed: 1 })?.meanAbsolute);
}

/** Mean AUROC of the labels with its 95 % interval, patients resampled. */
export function labelIntervalOf(
  scores: readonly (readonly number[])[],
  answers: readonly (readonly LabelAnswer[])[],
  patientIds: readonly string[],
): Interval | undefined {
  return intervalOf(labelAuroc(scores, answers, patientIds, { seed: 1 }).macro);
}
