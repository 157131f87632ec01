/**
 * The area under the ROC curve as the Mann-Whitney statistic: the probability that a positive case scores higher than a
 * negative one, ties counting one half. Hanley and McNeil, Radiology 143:29-36, 1982.
 */

/** Ranks from 1; equal values share the mean of their ranks. */
export function midranks(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Each case's placement: for a positive the share of negatives below it, for a negative the share of positives above
 * it (ties one half), found from midranks (Sun and Xu, IEEE Signal Processing Letters 21:1389-1393, 2014).
 */
export interface Placements {
  readonly value: number;
  readonly placements: Float64Array;
  readonly nPositive: number;
  readonly nNegative: number;
}

/** AUROC and placements, or undefined where a class is absent. Throws on a score that is not a number. */
export function placementsOf(scores: readonly number[], isPositive: readonly boolean[]): Placements | undefined {
  if (scores.length !== isPositive.length) throw new Error('scores and classes differ in length');
  if (scores.some(Number.isNaN)) throw new Error('a score is not a number');
  const nPositive = isPositive.filter(Boolean).length;
  const nNegative = scores.length - nPositive;
  if (nPositive === 0 || nNegative === 0) return undefined;
  const overall = midranks(scores);
  const placements = new Float64Array(scores.length);
  let sum = 0;
  for (const positive of [true, false]) {
    const members = scores.map((_, i) => i).filter((i) => isPositive[i] === positive);
    const within = midranks(members.map((i) => scores[i] ?? 0));
    members.forEach((i, j) => {
      const below = (overall[i] ?? 0) - (within[j] ?? 0);
      placements[i] = positive ? below / nNegative : 1 - below / nPositive;
      if (positive) sum += below;
    });
  }
  return { value: sum / (nPositive * nNegative), placements, nPositive, nNegative };
}

/** AUROC of scores (higher means positive), or undefined where a class is absent. */
export function auroc(scores: readonly number[], isPositive: readonly boolean[]): number | undefined {
  return placementsOf(scores, isPositive)?.value;
}

/**
 * AUROC under integer case weights, as bootstrap resamples have them. `order` sorts the cases by score, ascending;
 * undefined where the weights leave a class empty.
 */
export function weightedAuroc(
  scores: readonly number[],
  isPositive: readonly boolean[],
  order: Uint32Array,
  weights: ArrayLike<number>,
): number | undefined {
  let negativesBelow = 0;
  let positives = 0;
  let wins = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] ?? 0];
    let tiedPositives = 0;
    let tiedNegatives = 0;
    let end = start;
    for (; end < order.length && scores[order[end] ?? 0] === score; end++) {
      const i = order[end] ?? 0;
      if (isPositive[i]) tiedPositives += weights[i] ?? 0;
      else tiedNegatives += weights[i] ?? 0;
    }
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
    positives += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return positives === 0 || negativesBelow === 0 ? undefined : wins / (positives * negativesBelow);
}

/** Case indices by ascending score, as `weightedAuroc` wants them. */
export function orderByScore(scores: readonly number[]): Uint32Array {
  return Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
}
