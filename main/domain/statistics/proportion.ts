import { type Estimate, type Interval, indexPatients, Z95 } from './estimate.ts';

/** Wilson's score interval of `share` among `n` (JASA 22:209-212, 1927); `n` may be an effective, fractional size. */
export function wilsonInterval(share: number, n: number): Interval {
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const halfWidth = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const low = share === 0 ? 0 : Math.max(0, centre - halfWidth);
  const high = share === 1 ? 1 : Math.min(1, centre + halfWidth);
  return { low, high };
}

/**
 * How many independent cases the clustered ones are worth: n over the design effect of Rao and Scott, Biometrics
 * 48:577-585, 1992 (variance of a ratio of patient totals over the binomial one), never more than n. At a share of 0
 * or 1, where the design effect is unknown, the number of patients: full correlation within a patient.
 */
export function effectiveSize(hits: readonly boolean[], patientIds: readonly string[]): number {
  const patients = indexPatients(patientIds);
  const n = hits.length;
  const share = hits.filter(Boolean).length / n;
  if (patients.count === n || patients.count < 2) return patients.count;
  if (share === 0 || share === 1) return patients.count;
  const residual = new Float64Array(patients.count);
  hits.forEach((hit, i) => {
    const patient = patients.of[i] ?? 0;
    residual[patient] = (residual[patient] ?? 0) + Number(hit) - share;
  });
  const squares = residual.reduce((sum, r) => sum + r * r, 0);
  const clusteredVariance = ((patients.count / (patients.count - 1)) * squares) / (n * n);
  return Math.min(n, (share * (1 - share)) / clusteredVariance);
}

/** A share of cases with Wilson's interval, over the effective size where patients have several cases. Undefined at n = 0. */
export function proportionEstimate(hits: readonly boolean[], patientIds: readonly string[]): Estimate | undefined {
  if (hits.length === 0) return undefined;
  const value = hits.filter(Boolean).length / hits.length;
  const nPatients = new Set(patientIds).size;
  const method = nPatients === hits.length ? 'wilson' : 'wilson-clustered';
  return { value, ...wilsonInterval(value, effectiveSize(hits, patientIds)), method, n: hits.length, nPatients };
}

/**
 * The mean of independent proportions, with the interval of Zou and Donner (MOVER, Statistics in Medicine 27:1693-1702,
 * 2008) from the parts' own intervals. Undefined for an empty list. `nPatients` is the caller's count.
 */
export function meanOfProportions(parts: readonly Estimate[], nPatients: number): Estimate | undefined {
  if (parts.length === 0) return undefined;
  const value = parts.reduce((sum, p) => sum + p.value, 0) / parts.length;
  const below = Math.hypot(...parts.map((p) => p.value - p.low)) / parts.length;
  const above = Math.hypot(...parts.map((p) => p.high - p.value)) / parts.length;
  const n = parts.reduce((sum, p) => sum + p.n, 0);
  return { value, low: Math.max(0, value - below), high: Math.min(1, value + above), method: 'mover', n, nPatients };
}
