import { orderByScore, weightedAuroc } from './auroc.ts';
import { aurocEstimate } from './aurocInterval.ts';
import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';

export interface MacroAuroc {
  /** Mean of the classes' AUROCs, undefined where any is. */
  readonly macro: Estimate | undefined;
  /** Class k against the rest by its own score, in the order of the score columns. */
  readonly perClass: readonly (Estimate | undefined)[];
}

/**
 * One-versus-rest AUROC of each class and their plain mean (Provost and Domingos 2001 without prevalence weights). The
 * mean's interval resamples patients; where that does not vary, the mean of the classes' bounds, which is
 * conservative under any correlation of theirs. `scores[case][class]`.
 */
export function macroAuroc(
  scores: readonly (readonly number[])[],
  trueIndices: readonly number[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): MacroAuroc {
  const columns = (scores[0] ?? []).map((_, k) => {
    const column = scores.map((row) => row[k] ?? Number.NaN);
    return { column, isPositive: trueIndices.map((t) => t === k), order: orderByScore(column) };
  });
  const perClass = columns.map(({ column, isPositive }) => aurocEstimate(column, isPositive, patientIds));
  const present = perClass.filter((e) => e !== undefined);
  if (present.length < perClass.length || present.length === 0) return { macro: undefined, perClass };
  const mean = (pick: (e: Estimate) => number) => present.reduce((sum, e) => sum + pick(e), 0) / present.length;
  const interval = patientBootstrap(
    patientIds,
    (weights) => {
      let sum = 0;
      for (const { column, isPositive, order } of columns) {
        const value = weightedAuroc(column, isPositive, order, weights);
        if (value === undefined) return undefined;
        sum += value;
      }
      return sum / columns.length;
    },
    options,
  );
  const counts = { value: mean((e) => e.value), n: scores.length, nPatients: new Set(patientIds).size };
  if (interval && interval.high - interval.low > 1e-12) {
    return { macro: { ...counts, ...interval, method: 'patient-bootstrap' }, perClass };
  }
  const bounds = { low: mean((e) => e.low), high: mean((e) => e.high) };
  return { macro: { ...counts, ...bounds, method: 'mean-of-class-bounds' }, perClass };
}
