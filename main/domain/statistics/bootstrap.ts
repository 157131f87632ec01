import { randomStream } from '../random.ts';
import type { Interval } from './estimate.ts';
import { indexPatients } from './estimate.ts';

export interface BootstrapOptions {
  readonly seed: number;
  /** Number of resamples, 2,000 unless told. */
  readonly resamples?: number;
}

/** Value at quantile `q` of sorted values, interpolated linearly (type 7 of Hyndman and Fan, 1996). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

/**
 * Percentile interval over resamples of whole patients (Rutter, Academic Radiology 7:413-419, 2000). `statistic`
 * gets one integer weight per case; resamples where it is undefined (a class drawn empty) are left out, and the
 * interval is undefined where fewer than half remain. The width is zero where the statistic cannot vary: callers
 * replace such an interval by one that is not.
 */
export function patientBootstrap(
  patientIds: readonly string[],
  statistic: (weights: Uint32Array) => number | undefined,
  { seed, resamples = 2000 }: BootstrapOptions,
): Interval | undefined {
  const patients = indexPatients(patientIds);
  const drawn = new Uint32Array(patients.count);
  const weights = new Uint32Array(patientIds.length);
  const next = randomStream(seed, 'patient-bootstrap');
  const values: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    drawn.fill(0);
    for (let i = 0; i < patients.count; i++) {
      const patient = Math.floor(next() * patients.count);
      drawn[patient] = (drawn[patient] ?? 0) + 1;
    }
    for (let i = 0; i < weights.length; i++) weights[i] = drawn[patients.of[i] ?? 0] ?? 0;
    const value = statistic(weights);
    if (value !== undefined) values.push(value);
  }
  if (values.length < resamples / 2) return undefined;
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}
