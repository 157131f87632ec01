import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';

/** Where the threshold puts a two-class model on its ROC curve; undefined where sensitivity has no meaning. */
export function operatingPoint({
  perCase: { sensitivity, specificity },
}: Pick<ClassEvaluation, 'perCase'>): { falsePositiveRate: number; truePositiveRate: number } | undefined {
  if (!sensitivity || !specificity) return undefined;
  return { falsePositiveRate: 1 - specificity.value, truePositiveRate: sensitivity.value };
}
