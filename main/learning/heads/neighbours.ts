import type { FeatureTable, LabelledFeatures } from './featureTable.ts';
import { rowOf } from './featureTable.ts';
import { scalingOf, standardised } from './standardise.ts';

/** Remembered training cases, standardised; an answer is the weighted vote of the k nearest. */
export interface Neighbours {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Row-major, standardised. */
  readonly rows: Float32Array;
  readonly classes: Int32Array;
  /** What each remembered case counts. */
  readonly weights: Float32Array;
  readonly k: number;
  readonly classCount: number;
}

export function rememberCases(train: LabelledFeatures, classCount: number, k: number): Neighbours {
  const scaling = scalingOf(train.features);
  return {
    mean: Float32Array.from(scaling.mean),
    deviation: Float32Array.from(scaling.deviation),
    rows: Float32Array.from(standardised(train.features, scaling)),
    classes: Int32Array.from(train.classes),
    weights: Float32Array.from(train.weights),
    k,
    classCount,
  };
}

/** The remembered cases by squared Euclidean distance, nearest first; at equal distance in their own order. */
export function nearest(
  { mean, deviation, rows, classes }: Neighbours,
  row: ArrayLike<number>,
  count: number,
): number[] {
  const columns = mean.length;
  const own = Float64Array.from(mean, (m, j) => ((row[j] ?? 0) - m) / (deviation[j] ?? 1));
  const distances = new Float64Array(classes.length);
  for (let i = 0; i < classes.length; i++) {
    let sum = 0;
    const from = i * columns;
    for (let j = 0; j < columns; j++) {
      const difference = (own[j] as number) - (rows[from + j] as number);
      sum += difference * difference;
    }
    distances[i] = sum;
  }
  const order = Uint32Array.from({ length: classes.length }, (_, i) => i);
  order.sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0) || a - b);
  return [...order.subarray(0, count)];
}

/** Log of the votes' shares, each class with one vote more (Laplace), shared out evenly: never minus infinity. */
export function votesToLogits(model: Neighbours, nearestCases: readonly number[]): number[] {
  const { classes, weights, classCount } = model;
  const votes = new Array<number>(classCount).fill(1 / classCount);
  for (const i of nearestCases) {
    const k = classes[i] ?? 0;
    votes[k] = (votes[k] ?? 0) + (weights[i] ?? 1);
  }
  const total = votes.reduce((a, b) => a + b, 0);
  return votes.map((vote) => Math.log(vote / total));
}

export const neighbourLogits = (model: Neighbours, row: ArrayLike<number>): number[] =>
  votesToLogits(model, nearest(model, row, model.k));

/** Neighbours of every row of a table, as many as the largest k needs. */
export const nearestOfTable = (model: Neighbours, table: FeatureTable, count: number): number[][] =>
  Array.from({ length: table.rows }, (_, row) => nearest(model, rowOf(table, row), count));
