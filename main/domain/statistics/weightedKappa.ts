import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';
import { wilsonInterval } from './proportion.ts';

/** How far two grades are apart, 0..1: in steps, or in squared steps. */
export type KappaWeights = 'linear' | 'quadratic';

const disagreement = (a: number, b: number, grades: number, weights: KappaWeights): number => {
  const step = Math.abs(a - b) / (grades - 1);
  return weights === 'linear' ? step : step * step;
};

interface Disagreements {
  readonly observed: number;
  /** Of two readers with the same marginal frequencies who know nothing of each other. */
  readonly expected: number;
}

function disagreements(
  truths: readonly number[],
  predicted: readonly number[],
  caseWeights: ArrayLike<number>,
  apart: readonly (readonly number[])[],
): Disagreements {
  const rows = apart.map(() => 0);
  const columns = apart.map(() => 0);
  let [observed, total] = [0, 0];
  truths.forEach((truth, i) => {
    const [weight, call] = [caseWeights[i] ?? 0, predicted[i] ?? 0];
    rows[truth] = (rows[truth] ?? 0) + weight;
    columns[call] = (columns[call] ?? 0) + weight;
    observed += weight * (apart[truth]?.[call] ?? 0);
    total += weight;
  });
  let expected = 0;
  rows.forEach((row, a) => {
    columns.forEach((column, b) => {
      expected += row * column * (apart[a]?.[b] ?? 0);
    });
  });
  return { observed: observed / total, expected: expected / total ** 2 };
}

/**
 * Weighted kappa of ordered grades (Cohen, Psychological Bulletin 70:213-220, 1968): 1 is full agreement, 0 what chance
 * gives with these marginal frequencies, below 0 worse than that. `truths` and `predicted` are indices 0..grades-1.
 * Interval: patients resampled; where nothing varies, Wilson's for the mean disagreement (a variable within 0..1 varies
 * no more than a share does) over the number of patients. Undefined where chance alone agrees fully: one grade only.
 */
export function weightedKappa(
  truths: readonly number[],
  predicted: readonly number[],
  patientIds: readonly string[],
  options: BootstrapOptions & { readonly grades: number; readonly weights?: KappaWeights },
): Estimate | undefined {
  const { grades, weights = 'quadratic' } = options;
  const each = Array.from({ length: grades }, (_, i) => i);
  const apart = each.map((a) => each.map((b) => disagreement(a, b, grades, weights)));
  const all = disagreements(truths, predicted, new Uint32Array(truths.length).fill(1), apart);
  if (truths.length === 0 || grades < 2 || !(all.expected > 0)) return undefined;
  const value = 1 - all.observed / all.expected;
  const counts = { n: truths.length, nPatients: new Set(patientIds).size };
  const resampled = (caseWeights: Uint32Array): number | undefined => {
    const { observed, expected } = disagreements(truths, predicted, caseWeights, apart);
    return expected > 0 ? 1 - observed / expected : undefined;
  };
  const interval = patientBootstrap(patientIds, resampled, options);
  if (interval && interval.high - interval.low > 1e-12)
    return { value, ...interval, method: 'patient-bootstrap', ...counts };
  const { low, high } = wilsonInterval(all.observed, counts.nPatients);
  const bounds = { low: 1 - high / all.expected, high: 1 - low / all.expected };
  return { value, ...bounds, method: 'wilson-clustered', ...counts };
}
