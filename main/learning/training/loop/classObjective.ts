import type { ClassWeights, Loss } from '../../../contract/training/loss.ts';
import { softGrades } from '../../../domain/statistics/grades.ts';
import { softmax } from '../../../domain/statistics/scores.ts';
import type { TrainingCases } from '../trainingCases.ts';
import type { Objective, ObjectiveConfig } from './objective.ts';

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

const smoothingOf = (loss: Loss): number => ('smoothing' in loss ? loss.smoothing : 0);

/** Of classes that exclude each other: -sum of target x (1 - p)^gamma x log p. */
function classLoss(loss: Loss, logits: readonly number[], truth: number): number {
  const smoothing = smoothingOf(loss);
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

/** One class, or one of ordered grades, per case. */
export function classObjective(config: ObjectiveConfig, { task, train, truths, classes }: TrainingCases): Objective {
  const { loss, classWeights: how, sampling } = config;
  const trainTruths = train.map((i) => truths[i] ?? 0);
  const weights = {
    training: classWeights(trainTruths, classes.length, how),
    // Where training shows each class equally often, validation weighs them so; the losses are comparable then.
    validation: classWeights(trainTruths, classes.length, sampling === 'balanced' ? true : how),
  };
  const common = {
    loss,
    weightsOf: (caseIndex: number, part: 'training' | 'validation') => [weights[part][truths[caseIndex] ?? 0] ?? 1],
    scoresOf: (logits: readonly number[]) => softmax(logits),
  };
  if (task === 'ordinal') {
    const targets = classes.map((_, grade) => softGrades(grade, classes.length));
    const targetsOf = (caseIndex: number) => targets[truths[caseIndex] ?? 0] ?? [];
    return {
      ...common,
      targetsOf,
      lossesOf: (logits, caseIndex) => [gradeLoss(loss, logits, targetsOf(caseIndex))],
    };
  }
  return {
    ...common,
    targetsOf: (caseIndex) => classes.map((_, k) => (k === truths[caseIndex] ? 1 : 0)),
    lossesOf: (logits, caseIndex) => [classLoss(loss, logits, truths[caseIndex] ?? 0)],
  };
}
