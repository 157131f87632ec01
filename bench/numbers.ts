/** Middle value; mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly n: number;
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values), n: values.length };
}

/** "12.3 (11.9 to 14.0, n 5)" */
export function summaryText({ median: middle, lowest, highest, n }: Summary, digits = 1): string {
  return `${middle.toFixed(digits)} (${lowest.toFixed(digits)} to ${highest.toFixed(digits)}, n ${n})`;
}
