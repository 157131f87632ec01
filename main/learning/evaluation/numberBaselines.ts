import { minimize } from './lbfgs.ts';
import type { Matrix } from './logisticRegression.ts';
import { PIXELS, type PixelData, pixelFeatures, rowsAsMatrix, rowsOf } from './pixelFeatures.ts';

/** Pictures of a snapshot with the true number of each case. */
export interface NumberBaselineData extends PixelData {
  readonly numbers: readonly number[];
}

/** Numbers for every case, whatever its part, from a model fitted on train (and chosen on val) alone. */
export interface NumberBaseline {
  readonly name: 'mean' | 'linear-32x32';
  readonly description: string;
  readonly predicted: readonly number[];
}

/** Penalties tried, strongest first so that each fit starts from a simpler one. */
const PENALTIES = [30_000, 10_000, 3_000, 1_000, 300, 100, 30, 10];

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The mean of the training part for every case: what knowing nothing of the image gives. */
export function meanBaseline({ numbers, parts }: Pick<NumberBaselineData, 'numbers' | 'parts'>): NumberBaseline {
  const centre = mean(rowsOf(parts, 'train').map((i) => numbers[i] ?? 0));
  return {
    name: 'mean',
    description: 'The mean of the training part, the same for every case',
    predicted: parts.map(() => centre),
  };
}

/** Value of a row under weights [columns + 1], the last of them the intercept. */
function lineOf(x: Matrix, row: number, weights: Float64Array): number {
  const from = row * x.columns;
  let sum = weights[x.columns] ?? 0;
  for (let j = 0; j < x.columns; j++) sum += (weights[j] ?? 0) * (x.data[from + j] ?? 0);
  return sum;
}

/** Half the sum of squared errors and l2 / 2 times the squared weights, the intercept left free. */
function fitRidge(x: Matrix, y: readonly number[], l2: number, start: Float64Array): Float64Array {
  const objective = (weights: Float64Array, gradient: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < x.columns; j++) {
      const weight = weights[j] ?? 0;
      sum += (l2 / 2) * weight * weight;
      gradient[j] = l2 * weight;
    }
    gradient[x.columns] = 0;
    for (let row = 0; row < x.rows; row++) {
      const error = lineOf(x, row, weights) - (y[row] ?? 0);
      sum += (error * error) / 2;
      const from = row * x.columns;
      for (let j = 0; j < x.columns; j++) gradient[j] = (gradient[j] ?? 0) + error * (x.data[from + j] ?? 0);
      gradient[x.columns] = (gradient[x.columns] ?? 0) + error;
    }
    return sum;
  };
  return minimize(objective, start, { maxIterations: 500, tolerance: 1e-4 * x.rows });
}

/** Ridge regression on 32 x 32 pixels, the penalty with the smallest squared error on val. */
export function linearNumberBaseline(data: NumberBaselineData): NumberBaseline {
  const { features, columns, train, val } = pixelFeatures(data);
  const numbersOf = (rows: readonly number[]) => rows.map((i) => data.numbers[i] ?? 0);
  const centre = mean(numbersOf(train));
  const spread = Math.sqrt(mean(numbersOf(train).map((value) => (value - centre) ** 2))) || 1;
  const x = rowsAsMatrix(features, columns, train);
  const xVal = rowsAsMatrix(features, columns, val);
  const y = numbersOf(train).map((value) => (value - centre) / spread);
  const yVal = numbersOf(val).map((value) => (value - centre) / spread);
  let weights: Float64Array = new Float64Array(columns + 1);
  let best: { readonly weights: Float64Array; readonly error: number; readonly l2: number } | undefined;
  for (const l2 of PENALTIES) {
    weights = fitRidge(x, y, l2, weights);
    const error = mean(yVal.map((value, row) => (lineOf(xVal, row, weights) - value) ** 2));
    if (!best || error < best.error) best = { weights, error, l2 };
  }
  if (!best) throw new Error('no penalty to try');
  const all: Matrix = { data: features, rows: data.shape[0], columns };
  const chosen = best.weights;
  return {
    name: 'linear-32x32',
    description: `Ridge regression on ${PIXELS} x ${PIXELS} pixels, L2 penalty ${best.l2}`,
    predicted: data.parts.map((_, row) => centre + spread * lineOf(all, row, chosen)),
  };
}
