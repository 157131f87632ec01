import type { ClassWeights, Loss } from '../../../contract/training/loss.ts';
import type { TrainingConfig } from '../../../contract/training.ts';
import { softGrades } from '../../../domain/statistics/grades.ts';
import { softmax } from '../../../domain/statistics/scores.ts';
import type { LossConfig } from '../../network/loss.ts';
import type { TrainingCases } from '../trainingCases.ts';

/**
 * What a training makes small and how its outcome is read, for the task of its dataset: the one place to look at, and to
 * extend for another task. The graph of a step and the sum over validation cases are the same formula.
 */
export interface Objective {
  /** For the graph of a step. */
  readonly loss: LossConfig;
  /** By class: how much a case weighs in training, and in validation. */
  readonly weights: { readonly training: readonly number[]; readonly validation: readonly number[] };
  /** The step's targets of a case, one number per output. */
  targetsOf(caseIndex: number): readonly number[];
  scoresOf(logits: readonly number[]): number[];
  /** Loss of one case, unweighted. */
  lossOf(logits: readonly number[], caseIndex: number): number;
}

/**
 * How much each class weighs; a mean of one over all cases. `true`: n / (classes x n of the class), so each class counts
 * the same; with beta by the effective number of cases, (1 - beta^n) / (1 - beta) (Cui et al., 2019, eq. 2).
 */
export function classWeights(classOfCase: readonly number[], classes: number, how: ClassWeights): number[] {
  const counts = Array.from({ length: classes }, (_, k) => classOfCase.filter((c) => c === k).length);
  if (how === false) return counts.map(() => 1);
  if (how === true) return counts.map((members) => (members > 0 ? classOfCase.length / (classes * members) : 1));
  const raw = counts.map((members) => (members > 0 ? (1 - how.beta) / (1 - how.beta ** members) : 0));
  const sum = raw.reduce((total, weight, k) => total + weight * (counts[k] ?? 0), 0);
  return raw.map((weight) => (weight > 0 ? (weight * classOfCase.length) / sum : 1));
}

function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const logSum = largest + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return logits.map((value) => value - logSum);
}

/** Of classes that exclude each other: -sum of target x (1 - p)^gamma x log p. */
function classLoss(loss: Loss, logits: readonly number[], truth: number): number {
  const smoothing = loss.kind === 'mse' ? 0 : loss.smoothing;
  const gamma = loss.kind === 'focal' ? loss.gamma : 0;
  const logs = logSoftmax(logits);
  if (gamma === 0 && smoothing === 0) return -(logs[truth] ?? 0);
  return logs.reduce((sum, log, k) => {
    const target = (k === truth ? 1 - smoothing : 0) + smoothing / logits.length;
    return sum - target * (1 - Math.exp(log)) ** gamma * log;
  }, 0);
}

/** Of ordered grades: -sum of target x log p, the targets soft by distance. */
function gradeLoss(loss: Loss, logits: readonly number[], targets: readonly number[]): number {
  const smoothing = loss.kind === 'cross-entropy' ? loss.smoothing : 0;
  const share = smoothing / logits.length;
  return -logSoftmax(logits).reduce((sum, log, k) => sum + ((1 - smoothing) * (targets[k] ?? 0) + share) * log, 0);
}

/** The objective of one class, or one of ordered grades, per case. */
export function objectiveOf(
  { loss, classWeights: how, sampling }: Pick<TrainingConfig, 'loss' | 'classWeights' | 'sampling'>,
  { task, train, truths, classes }: TrainingCases,
): Objective {
  const trainTruths = train.map((i) => truths[i] ?? 0);
  // Where training shows each class equally often, validation weighs them so; the losses are comparable then.
  const seen = sampling === 'balanced' ? true : how;
  const common = {
    loss,
    weights: {
      training: classWeights(trainTruths, classes.length, how),
      validation: classWeights(trainTruths, classes.length, seen),
    },
    scoresOf: (logits: readonly number[]) => softmax([...logits]),
  };
  if (task === 'ordinal') {
    const targets = classes.map((_, grade) => softGrades(grade, classes.length));
    const targetsOf = (caseIndex: number) => targets[truths[caseIndex] ?? 0] ?? [];
    return {
      ...common,
      targetsOf,
      lossOf: (logits, caseIndex) => gradeLoss(loss, logits, targetsOf(caseIndex)),
    };
  }
  return {
    ...common,
    targetsOf: (caseIndex) => classes.map((_, k) => (k === truths[caseIndex] ? 1 : 0)),
    lossOf: (logits, caseIndex) => classLoss(loss, logits, truths[caseIndex] ?? 0),
  };
}

export interface ScoredCases {
  /** Weighted mean. */
  readonly loss: number;
  /** [case][class] */
  readonly scores: readonly (readonly number[])[];
}

/** Loss and scores of cases from their logits. */
export function scoreCases(
  objective: Objective,
  logits: readonly (readonly number[])[],
  cases: readonly number[],
  truths: readonly number[],
): ScoredCases {
  let sum = 0;
  let total = 0;
  logits.forEach((row, i) => {
    const caseIndex = cases[i] ?? 0;
    const weight = objective.weights.validation[truths[caseIndex] ?? 0] ?? 1;
    sum += weight * objective.lossOf(row, caseIndex);
    total += weight;
  });
  return { loss: sum / total, scores: logits.map((row) => objective.scoresOf(row)) };
}
