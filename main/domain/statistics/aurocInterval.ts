import { type Placements, placementsOf } from './auroc.ts';
import { type Estimate, type Interval, indexPatients, logit, sigmoid, Z95 } from './estimate.ts';

/**
 * Variance of the AUROC with cases clustered in patients: Obuchowski, "Nonparametric analysis of clustered ROC curve
 * data", Biometrics 53:567-578, 1997. With one case a patient it is the variance of DeLong, DeLong and
 * Clarke-Pearson, Biometrics 44:837-845, 1988. Undefined where a class has fewer than two patients.
 */
export function clusteredAurocVariance(
  { value, placements, nPositive, nNegative }: Placements,
  isPositive: readonly boolean[],
  patients: { readonly of: Uint32Array; readonly count: number },
): number | undefined {
  const positive = new Float64Array(patients.count);
  const negative = new Float64Array(patients.count);
  const hasPositive = new Uint8Array(patients.count);
  const hasNegative = new Uint8Array(patients.count);
  placements.forEach((placement, i) => {
    const patient = patients.of[i] ?? 0;
    const [sums, has] = isPositive[i] ? [positive, hasPositive] : [negative, hasNegative];
    sums[patient] = (sums[patient] ?? 0) + placement - value;
    has[patient] = 1;
  });
  const count = (flags: Uint8Array) => flags.reduce((a, b) => a + b, 0);
  const inPositive = count(hasPositive);
  const inNegative = count(hasNegative);
  if (inPositive < 2 || inNegative < 2) return undefined;
  let s10 = 0;
  let s01 = 0;
  let s11 = 0;
  for (let p = 0; p < patients.count; p++) {
    const x = positive[p] ?? 0;
    const y = negative[p] ?? 0;
    s10 += x * x;
    s01 += y * y;
    s11 += x * y;
  }
  return (
    (s10 * inPositive) / (inPositive - 1) / nPositive ** 2 +
    (s01 * inNegative) / (inNegative - 1) / nNegative ** 2 +
    (2 * s11 * patients.count) / (patients.count - 1) / (nPositive * nNegative)
  );
}

/** Interval on the logit scale, which keeps it inside 0..1 (Pepe, 2003, section 5.2.3). Value strictly inside 0..1. */
export function logitInterval(value: number, variance: number): Interval {
  const halfWidth = (Z95 * Math.sqrt(variance)) / (value * (1 - value));
  return { low: sigmoid(logit(value) - halfWidth), high: sigmoid(logit(value) + halfWidth) };
}

/** Variance of an AUROC that is truly `theta` (Hanley and McNeil 1982, sizes averaged as in Newcombe's method 5). */
function hanleyMcNeilVariance(theta: number, nPositive: number, nNegative: number): number {
  const n = (nPositive + nNegative) / 2 - 1;
  const spread = 1 + (n * (1 - theta)) / (2 - theta) + (n * theta) / (1 + theta);
  return (theta * (1 - theta) * spread) / (nPositive * nNegative);
}

function bisect(isInside: (theta: number) => boolean, inside: number, outside: number): number {
  let [a, b] = [inside, outside];
  for (let i = 0; i < 60; i++) {
    const middle = (a + b) / 2;
    if (isInside(middle)) a = middle;
    else b = middle;
  }
  return b;
}

/**
 * Score-type interval that is never of zero width: the values theta with (value - theta)^2 <= z^2 var(theta), method 5 of
 * Newcombe, Statistics in Medicine 25:559-573, 2006. Used where the nonparametric variance says nothing: at an AUROC
 * of 0 or 1, where all scores are tied, and with fewer than two patients in a class.
 */
export function newcombeInterval(value: number, nPositive: number, nNegative: number): Interval {
  const isInside = (theta: number) =>
    (value - theta) ** 2 <= Z95 ** 2 * hanleyMcNeilVariance(theta, nPositive, nNegative);
  return { low: bisect(isInside, value, 0), high: bisect(isInside, value, 1) };
}

/**
 * AUROC with a 95 % interval: DeLong where each patient has one case, else Obuchowski, both on the logit scale;
 * Newcombe's score interval over numbers of patients where they degenerate. Undefined where a class is absent.
 */
export function aurocEstimate(
  scores: readonly number[],
  isPositive: readonly boolean[],
  patientIds: readonly string[],
): Estimate | undefined {
  const placements = placementsOf(scores, isPositive);
  if (!placements) return undefined;
  const { value } = placements;
  const patients = indexPatients(patientIds);
  const counts = { n: scores.length, nPatients: patients.count };
  const variance = clusteredAurocVariance(placements, isPositive, patients);
  if (variance === undefined || variance < 1e-12 || value === 0 || value === 1) {
    const patientsWith = (positive: boolean) => new Set(patientIds.filter((_, i) => isPositive[i] === positive)).size;
    return {
      value,
      ...newcombeInterval(value, patientsWith(true), patientsWith(false)),
      method: 'newcombe-score',
      ...counts,
    };
  }
  const method = patients.count === scores.length ? 'delong-logit' : 'obuchowski-logit';
  return { value, ...logitInterval(value, variance), method, ...counts };
}
