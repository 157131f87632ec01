import type { UnitMetrics } from '../../contract/models.ts';
import type { Interval } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import type { MetricSet } from './measureCases.ts';

const intervalOf = ({ value, low, high, method }: Estimate): Interval => ({ value, low, high, method });

/** A MetricSet in the words of the contract. Throws `missing-class` where cases of a class are lacking. */
export function unitMetrics(metrics: MetricSet): UnitMetrics {
  const { auroc, sensitivity, specificity, accuracy, balancedAccuracy, brier, confusion, roc } = metrics;
  if (!accuracy || !balancedAccuracy || !brier) {
    throw new AppError('missing-class', 'An evaluation needs cases of every class of the model.');
  }
  // The point that calls no case positive: a threshold above every score.
  const aboveAll = 1 + (roc[1]?.threshold ?? 0);
  return {
    nCases: metrics.nCases,
    nPatients: metrics.nPatients,
    ...(auroc ? { auroc: intervalOf(auroc) } : {}),
    ...(sensitivity ? { sensitivity: intervalOf(sensitivity) } : {}),
    ...(specificity ? { specificity: intervalOf(specificity) } : {}),
    accuracy: intervalOf(accuracy),
    balancedAccuracy: balancedAccuracy.value,
    brier: brier.value,
    confusion: confusion.counts.map((row) => [...row]),
    roc: roc.map((point) => ({ ...point, threshold: point.threshold ?? aboveAll })),
  };
}
