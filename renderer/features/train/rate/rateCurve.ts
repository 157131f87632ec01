import type { RateSearch } from '../../../../main/contract/training/rateSearch.ts';
import type { TrainingConfig } from '../../../../main/contract/training.ts';

type Points = RateSearch['points'];

/** Powers of ten within a range of rates, as exponents. */
export function decades(points: Points): number[] {
  const first = points[0]?.rate ?? 1;
  const last = points.at(-1)?.rate ?? 1;
  const low = Math.ceil(Math.log10(first) - 1e-9);
  const high = Math.floor(Math.log10(last) + 1e-9);
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i);
}

/** Losses worth drawing: an explosion would press all the rest flat. */
export function lossRange(points: Points): readonly [low: number, high: number] {
  const smoothed = points.map((point) => point.smoothed);
  const low = Math.min(...smoothed);
  const start = Math.max(...smoothed.slice(0, Math.ceil(smoothed.length / 3)));
  return [Math.max(0, low - 0.08 * (start - low)), start + 0.35 * (start - low || 1)];
}

/** `0.0021`, with two digits that count. */
export function rateText(rate: number): string {
  const rounded = Number(rate.toPrecision(2));
  return rounded < 1e-4 ? rounded.toExponential(1).replace('.0e', 'e') : String(rounded);
}

/** What a search depends on: with any of it changed, its rate no longer fits. */
export function searchKey(config: TrainingConfig): string {
  const length = { learningRate: 0, epochs: 0, patience: 0, timeLimitMinutes: 0 };
  return JSON.stringify({ ...config, ...length, schedule: '', rateDrop: '', warmUpEpochs: 0, averageDecay: 0 });
}
