import type { Evaluation } from '../../../main/contract/models.ts';

/** Where the threshold puts a two-class model on its ROC curve; undefined where sensitivity has no meaning. */
export function operatingPoint({
  perCase: { sensitivity, specificity },
}: Pick<Evaluation, 'perCase'>): { falsePositiveRate: number; truePositiveRate: number } | undefined {
  if (!sensitivity || !specificity) return undefined;
  return { falsePositiveRate: 1 - specificity.value, truePositiveRate: sensitivity.value };
}
