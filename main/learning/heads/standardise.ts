import type { FeatureTable } from './featureTable.ts';

/** Mean and standard deviation of each column; a constant column gets the deviation 1. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export function scalingOf({ data, rows, columns }: FeatureTable): Scaling {
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++) mean[j] = (mean[j] ?? 0) + (data[row * columns + j] ?? 0) / rows;
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++)
      deviation[j] = (deviation[j] ?? 0) + ((data[row * columns + j] ?? 0) - (mean[j] ?? 0)) ** 2 / rows;
  for (let j = 0; j < columns; j++) {
    const found = Math.sqrt(deviation[j] ?? 0);
    deviation[j] = found > 1e-12 ? found : 1;
  }
  return { mean, deviation };
}

/** (x - mean) / deviation, in double precision. */
export function standardised({ data, rows, columns }: FeatureTable, { mean, deviation }: Scaling): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++) {
      const at = row * columns + j;
      out[at] = ((data[at] ?? 0) - (mean[j] ?? 0)) / (deviation[j] ?? 1);
    }
  return out;
}
