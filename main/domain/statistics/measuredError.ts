import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';
import { wilsonInterval } from './proportion.ts';

/** Errors of predicted numbers, in the unit of the truth. */
export interface MeasuredErrors {
  /** Mean of |predicted - true|. */
  readonly meanAbsolute: Estimate;
  /** Square root of the mean of (predicted - true)^2. */
  readonly rootMeanSquare: Estimate;
  /** Mean of predicted - true; with the limits between which 95 % of the differences lie. */
  readonly agreement: Agreement;
  /** That mean with its interval; absent where all differences are alike. */
  readonly bias?: Estimate;
  /** Share of the truth's variance that is explained, 1 - SS_residual / SS_total; absent where the truth does not vary. */
  readonly explained?: Estimate;
}

/** Bland and Altman, Lancet 327:307-310, 1986: bias +- 1.96 standard deviations of the differences. */
export interface Agreement {
  readonly bias: number;
  readonly lower: number;
  readonly upper: number;
}

const weightedMean = (values: readonly number[], weights: ArrayLike<number>): number => {
  let [sum, total] = [0, 0];
  values.forEach((value, i) => {
    sum += value * (weights[i] ?? 0);
    total += weights[i] ?? 0;
  });
  return sum / total;
};

function agreementOf(differences: readonly number[]): Agreement {
  const bias = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - bias) ** 2, 0);
  const spread = 1.96 * Math.sqrt(squares / Math.max(1, differences.length - 1));
  return { bias, lower: bias - spread, upper: bias + spread };
}

/** 1 - SS_residual / SS_total of weighted cases; undefined where the truth does not vary. */
function explainedShare(
  truths: readonly number[],
  squares: readonly number[],
  weights: ArrayLike<number>,
): number | undefined {
  const mean = weightedMean(truths, weights);
  const variance = weightedMean(
    truths.map((truth) => (truth - mean) ** 2),
    weights,
  );
  return variance > 0 ? 1 - weightedMean(squares, weights) / variance : undefined;
}

/**
 * How far predicted numbers are from the true ones. Intervals: patients resampled; where all errors are alike, Wilson's
 * for the error as a share of `range` (the scale's width, in the unit of the truth) over the number of patients.
 * Undefined without cases.
 */
export function measuredErrors(
  truths: readonly number[],
  predicted: readonly number[],
  patientIds: readonly string[],
  options: BootstrapOptions & { readonly range: number },
): MeasuredErrors | undefined {
  if (truths.length === 0) return undefined;
  const differences = truths.map((truth, i) => (predicted[i] ?? Number.NaN) - truth);
  const absolutes = differences.map(Math.abs);
  const squares = differences.map((value) => value ** 2);
  const ones = new Uint32Array(truths.length).fill(1);
  const counts = { n: truths.length, nPatients: new Set(patientIds).size };
  const estimate = (statistic: (weights: Uint32Array) => number): Estimate => {
    const value = statistic(ones);
    const interval = patientBootstrap(patientIds, statistic, options);
    if (interval && interval.high - interval.low > 1e-12)
      return { value, ...interval, method: 'patient-bootstrap', ...counts };
    const { low, high } = wilsonInterval(Math.min(1, value / options.range), counts.nPatients);
    return { value, low: low * options.range, high: high * options.range, method: 'wilson-clustered', ...counts };
  };
  const share = (weights: Uint32Array): number | undefined => explainedShare(truths, squares, weights);
  const biasInterval = patientBootstrap(patientIds, (weights) => weightedMean(differences, weights), options);
  const agreement = agreementOf(differences);
  const value = share(ones);
  const interval = value === undefined ? undefined : patientBootstrap(patientIds, share, options);
  return {
    meanAbsolute: estimate((weights) => weightedMean(absolutes, weights)),
    rootMeanSquare: estimate((weights) => Math.sqrt(weightedMean(squares, weights))),
    agreement,
    ...(biasInterval &&
      biasInterval.high - biasInterval.low > 1e-12 && {
        bias: { value: agreement.bias, ...biasInterval, method: 'patient-bootstrap' as const, ...counts },
      }),
    ...(value !== undefined &&
      interval && { explained: { value, ...interval, method: 'patient-bootstrap' as const, ...counts } }),
  };
}
