import type { Interval } from '../../contract/values.ts';
import { type FoldGroup, foldGroups } from '../../domain/split/foldScheme.ts';
import { logitsOfScores, softmax } from '../../domain/statistics/scores.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import type { PredictedCase } from '../evaluation/predictedCase.ts';
import { aurocIntervalOf, kappaIntervalOf } from '../training/trainingCases.ts';

/** A case as the network of one fold sees it, which has not seen its patient. */
export interface FoldPrediction {
  /** From 0. */
  readonly fold: number;
  readonly caseIndex: number;
  readonly prediction: PredictedCase;
}

/** A fold, a repeat or a site by itself. */
export interface FoldScore {
  readonly title: string;
  readonly nCases: number;
  readonly nPatients: number;
  /** Absent where a class is missing. */
  readonly auroc?: Interval;
  /** Of ordered grades, in its place. */
  readonly kappa?: Interval;
}

/** Logarithms of the mean of the scores that several networks give one case. */
export function logitsOfMeanScores(rows: readonly (readonly number[])[]): number[] {
  const scores = rows.map(softmax);
  const [first = []] = scores;
  return logitsOfScores(first.map((_, k) => scores.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function averaged(caseIndex: number, all: readonly FoldPrediction[]): { caseIndex: number; prediction: PredictedCase } {
  const [first] = all;
  if (!first) throw new Error('a case without predictions');
  if (all.length === 1) return { caseIndex, prediction: first.prediction };
  const thresholds = all.flatMap(({ prediction }) => prediction.threshold ?? []);
  const logits = logitsOfMeanScores(all.map(({ prediction }) => prediction.logits));
  const { threshold: _, ...rest } = first.prediction;
  return { caseIndex, prediction: { ...rest, logits, ...(thresholds.length > 0 && { threshold: mean(thresholds) }) } };
}

/**
 * One prediction per case, in the order of the snapshot: where repeats or inner folds tested a case several times, the
 * mean of its scores, called at the mean of their thresholds. So repeats make a result steadier, but never the number
 * of cases or patients larger, and intervals over patients stay honest.
 */
export function averagePerCase(found: readonly FoldPrediction[]): { caseIndex: number; prediction: PredictedCase }[] {
  return [...Map.groupBy(found, ({ caseIndex }) => caseIndex)]
    .sort(([a], [b]) => a - b)
    .map(([caseIndex, all]) => averaged(caseIndex, all));
}

/** What each fold, repeat or site reaches by itself, its interval clustered by patient. */
export function scoreFolds({ manifest, splits }: SnapshotIndex, found: readonly FoldPrediction[]): FoldScore[] {
  if (splits.kind !== 'folds') return [];
  const { classes, positive, recipe } = manifest;
  const isOrdinal = recipe.task === 'ordinal';
  const column = positive === undefined ? {} : { positive: classes.indexOf(positive) };
  return foldGroups(splits.scheme, splits.folds.length).map(({ title, folds }: FoldGroup) => {
    const own = averagePerCase(found.filter(({ fold }) => folds.includes(fold))).map(({ prediction }) => prediction);
    const truths = own.map(({ trueClass }) => classes.indexOf(trueClass));
    const patientIds = own.map(({ patientId }) => patientId);
    const isComplete = classes.every((_, k) => truths.includes(k));
    const kappa = isOrdinal
      ? kappaIntervalOf(
          own.map(({ logits }) => softmax(logits)),
          truths,
          patientIds,
          classes.length,
        )
      : undefined;
    const auroc =
      isComplete && !isOrdinal
        ? aurocIntervalOf(
            own.map(({ logits }) => softmax(logits)),
            truths,
            patientIds,
            column,
          )
        : undefined;
    return {
      title,
      nCases: own.length,
      nPatients: new Set(patientIds).size,
      ...(auroc && { auroc }),
      ...(kappa && { kappa }),
    };
  });
}
