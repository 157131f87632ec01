import { softmax } from '../../domain/statistics/scores.ts';
import { minimize } from './lbfgs.ts';

/** Row-major [rows, columns]. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

export interface LogisticModel {
  /** [outputs, columns + 1]; the last of a row is the intercept. One output for two classes, else one per class. */
  readonly weights: Float64Array;
  readonly columns: number;
  readonly classCount: number;
}

export interface LogisticOptions {
  /** Weight of half the squared norm (intercepts excluded) against the sum of the cases' log losses. */
  readonly l2: number;
  readonly classCount?: number;
  readonly start?: LogisticModel;
  readonly maxIterations?: number;
  /** Largest gradient component, as a share of the number of cases, at which the fit stops; 1e-5 unless told. */
  readonly tolerance?: number;
}

function outputsOf(classCount: number): number {
  return classCount === 2 ? 1 : classCount;
}

/** Linear predictor of a row; for two classes the first class's logit is 0. */
function logitsOfRow(x: Matrix, row: number, weights: Float64Array, classCount: number): number[] {
  const outputs = outputsOf(classCount);
  const logits: number[] = classCount === 2 ? [0] : [];
  const from = row * x.columns;
  for (let k = 0; k < outputs; k++) {
    const offset = k * (x.columns + 1);
    let sum = weights[offset + x.columns] ?? 0;
    for (let j = 0; j < x.columns; j++) sum += (weights[offset + j] ?? 0) * (x.data[from + j] ?? 0);
    logits.push(sum);
  }
  return logits;
}

/** Adds the gradient of one case's log loss and returns that loss. */
function addCase(
  x: Matrix,
  row: number,
  label: number,
  weights: Float64Array,
  gradient: Float64Array,
  classCount: number,
) {
  const logits = logitsOfRow(x, row, weights, classCount);
  const scores = softmax(logits);
  const from = row * x.columns;
  const firstOutput = classCount - outputsOf(classCount);
  for (let k = firstOutput; k < classCount; k++) {
    const residual = (scores[k] ?? 0) - Number(k === label);
    const offset = (k - firstOutput) * (x.columns + 1);
    for (let j = 0; j < x.columns; j++)
      gradient[offset + j] = (gradient[offset + j] ?? 0) + residual * (x.data[from + j] ?? 0);
    gradient[offset + x.columns] = (gradient[offset + x.columns] ?? 0) + residual;
  }
  const largest = Math.max(...logits);
  return largest + Math.log(logits.reduce((s, l) => s + Math.exp(l - largest), 0)) - (logits[label] ?? 0);
}

/**
 * L2-penalised logistic regression: for two classes the usual one, for more the multinomial. `y[row]` is a class index.
 * Deterministic; the same data give the same weights bit for bit.
 */
export function fitLogistic(x: Matrix, y: ArrayLike<number>, options: LogisticOptions): LogisticModel {
  const { l2, classCount = 2, start, maxIterations = 300, tolerance = 1e-5 } = options;
  const size = outputsOf(classCount) * (x.columns + 1);
  const weights = minimize(
    (w, gradient) => {
      gradient.fill(0);
      let loss = 0;
      for (let row = 0; row < x.rows; row++) loss += addCase(x, row, y[row] ?? 0, w, gradient, classCount);
      for (let i = 0; i < w.length; i++) {
        if (i % (x.columns + 1) === x.columns) continue;
        loss += (l2 / 2) * (w[i] ?? 0) ** 2;
        gradient[i] = (gradient[i] ?? 0) + l2 * (w[i] ?? 0);
      }
      return loss;
    },
    start?.weights ?? new Float64Array(size),
    { maxIterations, tolerance: tolerance * Math.max(1, x.rows) },
  );
  return { weights, columns: x.columns, classCount };
}

/** Logits of each row, one per class. */
export function predictLogistic(model: LogisticModel, x: Matrix): number[][] {
  return Array.from({ length: x.rows }, (_, row) => logitsOfRow(x, row, model.weights, model.classCount));
}

/** Mean log loss of logits. */
export function meanLogLoss(logits: readonly (readonly number[])[], y: ArrayLike<number>): number {
  const losses = logits.map((row, i) => -Math.log(Math.max(softmax(row)[y[i] ?? 0] ?? 0, 1e-300)));
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}
