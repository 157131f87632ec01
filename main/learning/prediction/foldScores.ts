import type { Interval } from '../../contract/values.ts';
import { type FoldGroup, foldGroups } from '../../domain/split/foldScheme.ts';
import { type Activation, logitsOfMeanScores, softmax } from '../../domain/statistics/scores.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import { aurocIntervalOf, kappaIntervalOf } from '../training/trainingCases.ts';

/** What a model says of one case. */
export interface CaseOutput {
  readonly caseIndex: number;
  readonly logits: readonly number[];
  /** Of the model that said it, where it is not the common one (out-of-fold predictions). */
  readonly threshold?: number;
  /** The same by label. */
  readonly thresholds?: readonly number[];
}

/** The same by the network of one fold, which has not seen the patient. */
export interface FoldOutput extends CaseOutput {
  /** From 0. */
  readonly fold: number;
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

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * One output per case, in the order of the snapshot: where repeats or inner folds tested a case several times, the mean
 * of its scores, called at the mean of their thresholds. So repeats make a result steadier, but never the number of
 * cases or patients larger, and intervals over patients stay honest.
 */
export function averagePerCase(found: readonly FoldOutput[], activation: Activation): CaseOutput[] {
  return [...Map.groupBy(found, ({ caseIndex }) => caseIndex)]
    .sort(([a], [b]) => a - b)
    .map(([caseIndex, all]) => {
      const thresholds = all.flatMap(({ threshold }) => threshold ?? []);
      const byLabel = all.flatMap((output) => (output.thresholds ? [output.thresholds] : []));
      const logits = logitsOfMeanScores(
        all.map((output) => output.logits),
        activation,
      );
      return {
        ...{ caseIndex, logits },
        ...(thresholds.length > 0 && { threshold: mean(thresholds) }),
        ...(byLabel.length > 0 && {
          thresholds: (byLabel[0] ?? []).map((_, label) => mean(byLabel.map((own) => own[label] ?? 0.5))),
        }),
      };
    });
}

/** By case index, the folds that tested it, from 1. */
export function foldsOfCases(found: readonly FoldOutput[]): ReadonlyMap<number, readonly number[]> {
  const byCase = Map.groupBy(found, ({ caseIndex }) => caseIndex);
  return new Map([...byCase].map(([index, all]) => [index, all.map(({ fold }) => fold + 1)]));
}

/** The outputs of each fold, repeat or site by itself. */
export function outputsByGroup(
  { splits }: SnapshotIndex,
  found: readonly FoldOutput[],
  activation: Activation,
): { readonly title: string; readonly outputs: readonly CaseOutput[] }[] {
  if (splits.kind !== 'folds') return [];
  return foldGroups(splits.scheme, splits.folds.length).map(({ title, folds }: FoldGroup) => ({
    title,
    outputs: averagePerCase(
      found.filter(({ fold }) => folds.includes(fold)),
      activation,
    ),
  }));
}

/** What each fold, repeat or site of classes or grades reaches by itself, its interval clustered by patient. */
export function scoreFolds(snapshot: SnapshotIndex, found: readonly FoldOutput[]): FoldScore[] {
  const { classes, positive, recipe, cases } = snapshot.manifest;
  const isOrdinal = recipe.task === 'ordinal';
  const column = positive === undefined ? {} : { positive: classes.indexOf(positive) };
  return outputsByGroup(snapshot, found, 'softmax').map(({ title, outputs }) => {
    const truths = outputs.map(({ caseIndex }) => classes.indexOf(cases[caseIndex]?.className ?? ''));
    const patientIds = outputs.map(({ caseIndex }) => cases[caseIndex]?.patientId ?? '');
    const scores = outputs.map(({ logits }) => softmax(logits));
    const isComplete = classes.every((_, k) => truths.includes(k));
    const kappa = isOrdinal ? kappaIntervalOf(scores, truths, patientIds, classes.length) : undefined;
    const auroc = isComplete && !isOrdinal ? aurocIntervalOf(scores, truths, patientIds, column) : undefined;
    return {
      title,
      nCases: outputs.length,
      nPatients: new Set(patientIds).size,
      ...(auroc && { auroc }),
      ...(kappa && { kappa }),
    };
  });
}
