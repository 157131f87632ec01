import type { SplitName } from '../../domain/split/splitCase.ts';
import { areaAverage } from './areaAverage.ts';
import { fitLogistic, type LogisticModel, type Matrix, meanLogLoss, predictLogistic } from './logisticRegression.ts';

/** Tensors of a snapshot with what is known of each case. */
export interface BaselineData {
  /** [n, channels, height, width], C order, in any unit: pixels are standardised. */
  readonly tensors: ArrayLike<number>;
  readonly shape: readonly [n: number, channels: number, height: number, width: number];
  readonly classIndices: ArrayLike<number>;
  readonly classCount: number;
  readonly parts: readonly (SplitName | undefined)[];
}

/** Logits of every case, whatever its part, from a model fitted on train (and chosen on val) alone. */
export interface BaselineResult {
  readonly name: 'prevalence' | 'linear-32x32';
  /** Plain words for the page and the report. */
  readonly description: string;
  readonly logits: readonly (readonly number[])[];
}

const SIDE = 32;
/** Penalties tried, strongest first so that each fit starts from a simpler one. */
const PENALTIES = [10_000, 3_000, 1_000, 300, 100, 30, 10];
/** Scores settle to the third decimal; tighter only costs time. */
const TOLERANCE = 1e-4;

function rowsOf(parts: BaselineData['parts'], name: SplitName): number[] {
  return parts.flatMap((part, i) => (part === name ? [i] : []));
}

/** Each case scored with the class shares of the train split: what knowing nothing of the image gives. */
export function prevalenceBaseline(data: Pick<BaselineData, 'classIndices' | 'classCount' | 'parts'>): BaselineResult {
  const train = rowsOf(data.parts, 'train');
  const counts = Array.from(
    { length: data.classCount },
    (_, k) => train.filter((i) => data.classIndices[i] === k).length,
  );
  const logits = counts.map((count) => Math.log(Math.max(count, 0.5) / Math.max(1, train.length)));
  return {
    name: 'prevalence',
    description: 'The class shares of the train split, the same for every case',
    logits: data.parts.map(() => logits),
  };
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

function rowsAsMatrix(features: Float64Array, columns: number, rows: readonly number[]): Matrix {
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    data.set(features.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { data, rows: rows.length, columns };
}

/**
 * L2 logistic regression on the image averaged down to 32 x 32 pixels, channels averaged, pixels standardised over
 * train, the penalty with the least log loss on val. A network that does worse is broken.
 */
export function linearBaseline(data: BaselineData): BaselineResult {
  const features = areaAverage(data.tensors, data.shape, SIDE);
  const columns = features.length / Math.max(1, data.shape[0]);
  const train = rowsOf(data.parts, 'train');
  const val = rowsOf(data.parts, 'val');
  standardize(features, columns, train);
  const classOf = (rows: readonly number[]) => rows.map((i) => data.classIndices[i] ?? 0);
  const [x, y] = [rowsAsMatrix(features, columns, train), classOf(train)];
  const [xVal, yVal] = [rowsAsMatrix(features, columns, val), classOf(val)];
  let start: LogisticModel | undefined;
  let best: { readonly model: LogisticModel; readonly loss: number; readonly l2: number } | undefined;
  for (const l2 of PENALTIES) {
    const options = { l2, classCount: data.classCount, tolerance: TOLERANCE };
    const model = fitLogistic(x, y, start ? { ...options, start } : options);
    const loss = meanLogLoss(predictLogistic(model, xVal), yVal);
    if (!best || loss < best.loss) best = { model, loss, l2 };
    start = model;
  }
  if (!best) throw new Error('no penalty to try');
  const all = { data: features, rows: data.shape[0], columns };
  const description = `Logistic regression on ${SIDE} x ${SIDE} pixels, L2 penalty ${best.l2}`;
  return { name: 'linear-32x32', description, logits: predictLogistic(best.model, all) };
}
