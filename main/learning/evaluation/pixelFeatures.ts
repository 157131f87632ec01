import type { SplitName } from '../../domain/split/splitCase.ts';
import { areaAverage } from './areaAverage.ts';
import type { Matrix } from './logisticRegression.ts';

/** Side of the picture that linear baselines see. */
export const PIXELS = 32;

export interface PixelData {
  /** [n, channels, height, width], C order, in any unit: pixels are standardised. */
  readonly tensors: ArrayLike<number>;
  readonly shape: readonly [n: number, channels: number, height: number, width: number];
  readonly parts: readonly (SplitName | undefined)[];
}

export function rowsOf(parts: PixelData['parts'], name: SplitName): number[] {
  return parts.flatMap((part, i) => (part === name ? [i] : []));
}

/** Columns to mean 0 and variance 1 over the train rows; a column that is constant there becomes 0. */
function standardize(features: Float64Array, columns: number, train: readonly number[]): void {
  for (let j = 0; j < columns; j++) {
    let [sum, squares] = [0, 0];
    for (const i of train) sum += features[i * columns + j] ?? 0;
    const mean = sum / train.length;
    for (const i of train) squares += ((features[i * columns + j] ?? 0) - mean) ** 2;
    const deviation = Math.sqrt(squares / train.length);
    const scale = deviation > 1e-9 ? 1 / deviation : 0;
    for (let i = j; i < features.length; i += columns) features[i] = ((features[i] ?? 0) - mean) * scale;
  }
}

export function rowsAsMatrix(features: Float64Array, columns: number, rows: readonly number[]): Matrix {
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    data.set(features.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { data, rows: rows.length, columns };
}

/** Pictures averaged down to 32 x 32 pixels, channels averaged, each pixel standardised over train; [n, columns]. */
export function pixelFeatures({ tensors, shape, parts }: PixelData): {
  readonly features: Float64Array;
  readonly columns: number;
  readonly train: readonly number[];
  readonly val: readonly number[];
} {
  const features = areaAverage(tensors, shape, PIXELS);
  const columns = features.length / Math.max(1, shape[0]);
  const train = rowsOf(parts, 'train');
  standardize(features, columns, train);
  return { features, columns, train, val: rowsOf(parts, 'val') };
}
