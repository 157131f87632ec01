import { orderByScore, weightedAuroc } from './auroc.ts';
import { aurocEstimate } from './aurocInterval.ts';
import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';

/**
 * AUROC with a percentile interval over 2,000 resamples of patients, the alternative to Obuchowski's variance. Where
 * the resamples do not vary (AUROC 0 or 1) the interval is that of `aurocEstimate`.
 */
export function bootstrapAurocEstimate(
  scores: readonly number[],
  isPositive: readonly boolean[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): Estimate | undefined {
  const analytic = aurocEstimate(scores, isPositive, patientIds);
  if (!analytic) return undefined;
  const order = orderByScore(scores);
  const interval = patientBootstrap(patientIds, (w) => weightedAuroc(scores, isPositive, order, w), options);
  if (!interval || interval.high - interval.low < 1e-12) return analytic;
  return { ...analytic, ...interval, method: 'patient-bootstrap' };
}
