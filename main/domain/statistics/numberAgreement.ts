import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';

/** How far predicted numbers go with the true ones; each absent where it is not defined, or cannot vary. */
export interface NumberAgreement {
  /** Lin's concordance: 1 only where all points lie on the line of identity (Biometrics 45:255-268, 1989). */
  readonly concordance?: Estimate;
  /** Pearson's r: how near to any straight line. */
  readonly correlation?: Estimate;
  /** Spearman's rho: how alike the order. */
  readonly rankCorrelation?: Estimate;
}

interface Moments {
  readonly meanX: number;
  readonly meanY: number;
  readonly varianceX: number;
  readonly varianceY: number;
  readonly covariance: number;
}

/** Of weighted pairs, with n in the denominator. */
function momentsOf(x: ArrayLike<number>, y: ArrayLike<number>, weights: ArrayLike<number>): Moments {
  let [total, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    total += weight;
    sumX += weight * (x[i] ?? 0);
    sumY += weight * (y[i] ?? 0);
  }
  const [meanX, meanY] = [sumX / total, sumY / total];
  let [squaresX, squaresY, products] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const [weight, dx, dy] = [weights[i] ?? 0, (x[i] ?? 0) - meanX, (y[i] ?? 0) - meanY];
    squaresX += weight * dx * dx;
    squaresY += weight * dy * dy;
    products += weight * dx * dy;
  }
  return { meanX, meanY, varianceX: squaresX / total, varianceY: squaresY / total, covariance: products / total };
}

/** Rounding leaves a constant a variance of some 1e-32 of its square. */
const varies = (variance: number, mean: number): boolean => variance > 1e-24 * Math.max(1, mean * mean);

function concordanceOf({ meanX, meanY, varianceX, varianceY, covariance }: Moments): number | undefined {
  if (!varies(varianceX, meanX) && !varies(varianceY, meanY)) return undefined;
  return (2 * covariance) / (varianceX + varianceY + (meanX - meanY) ** 2);
}

function correlationOf({ meanX, meanY, varianceX, varianceY, covariance }: Moments): number | undefined {
  if (!varies(varianceX, meanX) || !varies(varianceY, meanY)) return undefined;
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Ranks of weighted values, equal ones sharing their mean rank; made for many weights of the same values. */
function rankerOf(values: readonly number[]): (weights: ArrayLike<number>) => Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return (weights) => {
    const ranks = new Float64Array(values.length);
    let below = 0;
    for (let start = 0; start < order.length; ) {
      const value = values[order[start] ?? 0];
      let end = start;
      let tied = 0;
      while (end < order.length && values[order[end] ?? 0] === value) tied += weights[order[end++] ?? 0] ?? 0;
      for (; start < end; start++) ranks[order[start] ?? 0] = below + (tied + 1) / 2;
      below += tied;
    }
    return ranks;
  };
}

/**
 * Agreement of predicted with true numbers, with 95 % intervals over resampled patients. A constant prediction has no
 * correlation, and its concordance is 0 whatever the patients: it is left out.
 */
export function numberAgreement(
  truths: readonly number[],
  predicted: readonly number[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): NumberAgreement {
  const ones = new Uint32Array(truths.length).fill(1);
  const counts = { n: truths.length, nPatients: new Set(patientIds).size };
  const estimate = (statistic: (weights: Uint32Array) => number | undefined): Estimate | undefined => {
    const value = truths.length > 0 ? statistic(ones) : undefined;
    const interval = value === undefined ? undefined : patientBootstrap(patientIds, statistic, options);
    if (value === undefined || !interval || interval.high - interval.low <= 1e-12) return undefined;
    return { value, ...interval, method: 'patient-bootstrap', ...counts };
  };
  const [rankTruths, rankPredicted] = [rankerOf(truths), rankerOf(predicted)];
  const concordance = estimate((weights) => concordanceOf(momentsOf(truths, predicted, weights)));
  const correlation = estimate((weights) => correlationOf(momentsOf(truths, predicted, weights)));
  const rankCorrelation = estimate((weights) =>
    correlationOf(momentsOf(rankTruths(weights), rankPredicted(weights), weights)),
  );
  return {
    ...(concordance && { concordance }),
    ...(correlation && { correlation }),
    ...(rankCorrelation && { rankCorrelation }),
  };
}
