/** The 97.5 % point of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** How an interval was found; the words appear in results, so they are stable. */
export type IntervalMethod =
  | 'delong-logit'
  | 'obuchowski-logit'
  | 'newcombe-score'
  | 'patient-bootstrap'
  | 'mean-of-class-bounds'
  | 'wilson'
  | 'wilson-clustered'
  | 'mover';

/** A metric with its 95 % interval. `n` and `nPatients` count what the value was computed from. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly method: IntervalMethod;
  readonly n: number;
  readonly nPatients: number;
}

/** Lower and upper 95 % bounds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** log(p / (1 - p)). */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/** The inverse of the logit, without overflow for large magnitudes. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** Index of each case's patient (0..n-1 in order of first appearance) and the number of patients. */
export function indexPatients(patientIds: readonly string[]): { readonly of: Uint32Array; readonly count: number } {
  const seen = new Map<string, number>();
  const of = Uint32Array.from(patientIds, (id) => {
    const known = seen.get(id) ?? seen.size;
    seen.set(id, known);
    return known;
  });
  return { of, count: seen.size };
}
