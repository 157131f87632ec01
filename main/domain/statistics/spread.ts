/** Mean, standard deviation with n - 1 (0 for one value), smallest and largest. Throws where there is no value. */
export function spreadOf(values: readonly number[]): {
  n: number;
  mean: number;
  deviation: number;
  low: number;
  high: number;
} {
  const n = values.length;
  if (n === 0) throw new Error('a spread of nothing');
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return { n, mean, deviation, low: Math.min(...values), high: Math.max(...values) };
}
