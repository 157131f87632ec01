import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';
import { wilsonInterval } from './proportion.ts';

/**
 * Brier score (Monthly Weather Review 78:1-3, 1950), halved so that it is 0..1 for any number of classes and, for two,
 * the mean of (p - y)^2. Interval: patients resampled; where the errors do not vary, Wilson's over the number of
 * patients (no variable within 0..1 varies more than a share does). Undefined without cases.
 */
export function brierEstimate(
  scores: readonly (readonly number[])[],
  trueIndices: readonly number[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): Estimate | undefined {
  if (scores.length === 0) return undefined;
  const errors = scores.map(
    (row, i) => row.reduce((sum, p, k) => sum + (p - Number(k === trueIndices[i])) ** 2, 0) / 2,
  );
  const weightedMean = (weights: ArrayLike<number>) => {
    let [sum, total] = [0, 0];
    errors.forEach((error, i) => {
      sum += error * (weights[i] ?? 0);
      total += weights[i] ?? 0;
    });
    return sum / total;
  };
  const value = weightedMean(errors.map(() => 1));
  const counts = { n: errors.length, nPatients: new Set(patientIds).size };
  const interval = patientBootstrap(patientIds, weightedMean, options);
  if (interval && interval.high - interval.low > 1e-12)
    return { value, ...interval, method: 'patient-bootstrap', ...counts };
  return { value, ...wilsonInterval(value, counts.nPatients), method: 'wilson-clustered', ...counts };
}
