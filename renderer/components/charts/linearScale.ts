export type Range = readonly [low: number, high: number];

/** Maps values of `domain` linearly to `range`; not clamped. */
export function linearScale(domain: Range, range: Range): (value: number) => number {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0] || 1);
  return (value) => range[0] + (value - domain[0]) * slope;
}

/** Round values inside `domain` at steps of 1, 2 or 5 times a power of ten, at most `count` of them plus one. */
export function niceTicks([low, high]: Range, count = 5): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= count) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(digits)));
}

/** From the lowest end (0.4 at most), rounded down to a tenth, to 1: a common axis for AUROCs and other shares of correct answers. */
export function shareDomain(lows: readonly number[]): Range {
  const lowest = Math.min(0.4, ...lows);
  return [Math.max(0, Math.floor(lowest * 10 + 1e-9) / 10), 1];
}
