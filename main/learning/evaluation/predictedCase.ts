import { medianGrade } from '../../domain/statistics/grades.ts';
import { indexOfLargest, softmax } from '../../domain/statistics/scores.ts';

/** One case as a model sees it, with the truth. Logits are in the order of the model's classes. */
export interface PredictedCase {
  readonly caseId: string;
  readonly patientId: string;
  readonly trueClass: string;
  readonly logits: readonly number[];
  /** The threshold of the model that made this prediction, where it is not the common one (out-of-fold predictions). */
  readonly threshold?: number;
}

/** A case with scores and the class called at the threshold. */
export interface DecidedCase extends PredictedCase {
  readonly scores: readonly number[];
  readonly predictedClass: string;
}

export interface DecisionRule {
  readonly classes: readonly string[];
  /** Two classes: which is positive. Ignored for more. */
  readonly positive: string;
  /** Two classes: positive where its score is at least this. More: the class with the largest score. */
  readonly threshold: number;
  /** The classes are ordered grades: a case is called by the median of its scores. */
  readonly isOrdered?: boolean;
}

/** Index of the class that `scores` are called as. */
export function decideClass(
  scores: readonly number[],
  { classes, positive, threshold, isOrdered }: DecisionRule,
): number {
  if (isOrdered) return medianGrade(scores);
  if (classes.length !== 2) return indexOfLargest(scores);
  const positiveIndex = classes.indexOf(positive);
  return (scores[positiveIndex] ?? 0) >= threshold ? positiveIndex : 1 - positiveIndex;
}

/** Scores (softmax of the logits) and called class of each case. Throws on a logit that is no finite number. */
export function decideCases(cases: readonly PredictedCase[], rule: DecisionRule): DecidedCase[] {
  return cases.map((c) => {
    if (c.logits.length !== rule.classes.length || !c.logits.every(Number.isFinite)) {
      throw new Error('a prediction does not have one finite logit per class');
    }
    const scores = softmax(c.logits);
    const predicted = decideClass(scores, { ...rule, threshold: c.threshold ?? rule.threshold });
    return { ...c, scores, predictedClass: rule.classes[predicted] ?? '' };
  });
}
