import type { RateSearch } from '../../contract/training/rateSearch.ts';

type Points = RateSearch['points'];

/** Share of a search's steps over which losses are averaged. */
const WINDOW = 1 / 20;
/** A smoothed loss so many times the smallest one is an explosion. */
const EXPLOSION = 4;
/** Steps whose losses say nothing about an explosion yet. */
const QUIET_STEPS = 10;
/** Share of a search's steps, on each side, over which a slope is measured: half a decade of eight. */
const REACH = 1 / 16;
/** Share of the first loss by which it has to fall for a suggestion. */
const LEAST_FALL = 0.05;

/**
 * Running means of losses, corrected for their start (as the moments of Adam are).
 * @param steps of the whole search
 */
export function smoothLosses(losses: readonly number[], steps: number): { loss: number; smoothed: number }[] {
  const kept = Math.exp(-1 / Math.max(1, steps * WINDOW));
  let mean = 0;
  return losses.map((loss, i) => {
    mean = kept * mean + (1 - kept) * loss;
    return { loss, smoothed: mean / (1 - kept ** (i + 1)) };
  });
}

/** Whether a search can end: the loss is no number, or far above what it was. */
export function hasExploded(losses: readonly number[], steps: number): boolean {
  if (!Number.isFinite(losses.at(-1))) return true;
  if (losses.length <= QUIET_STEPS) return false;
  const smoothed = smoothLosses(losses, steps).map((point) => point.smoothed);
  return (smoothed.at(-1) ?? 0) > EXPLOSION * Math.min(...smoothed);
}

/** Slope of the smoothed loss against the logarithm of the rate, by least squares around a point. */
function slopeAt(points: Points, at: number, reach: number): number {
  const near = points.slice(Math.max(0, at - reach), at + reach + 1);
  const x = near.map(({ rate }) => Math.log(rate));
  const meanX = x.reduce((a, b) => a + b, 0) / x.length;
  const meanY = near.reduce((sum, { smoothed }) => sum + smoothed, 0) / near.length;
  let above = 0;
  let below = 0;
  near.forEach(({ smoothed }, i) => {
    const dx = (x[i] ?? 0) - meanX;
    above += dx * (smoothed - meanY);
    below += dx * dx;
  });
  return below === 0 ? 0 : above / below;
}

/**
 * The rate at which the smoothed loss falls most steeply, before its lowest point (Smith, 2017; the choice of place is
 * the usual one). The first points are left out: their mean is of a few batches. Nothing is suggested where the loss
 * falls by less than a twentieth.
 */
export function suggestRate(points: Points, steps: number): Pick<RateSearch, 'suggested' | 'lowestLossAt'> {
  const settled = Math.ceil(steps * WINDOW);
  const reach = Math.max(3, Math.round(steps * REACH));
  const considered = points.slice(settled);
  const [first] = considered;
  if (!first) return {};
  const lowest = considered.reduce((low, point) => (point.smoothed < low.smoothed ? point : low), first);
  const before = considered.slice(0, considered.indexOf(lowest) + 1);
  const highest = Math.max(...before.map(({ smoothed }) => smoothed));
  if (lowest.smoothed > highest * (1 - LEAST_FALL)) return {};
  const slopes = before.map((_, i) => slopeAt(considered, i, reach));
  const steepest = slopes.reduce((best, slope, i) => (slope < (slopes[best] ?? 0) ? i : best), 0);
  return { suggested: before[steepest]?.rate ?? lowest.rate, lowestLossAt: lowest.rate };
}
