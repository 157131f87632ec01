import type { SplitName } from '../../domain/split/splitCase.ts';
import { fitLogistic, type LogisticModel, meanLogLoss, predictLogistic } from './logisticRegression.ts';
import { PIXELS, pixelFeatures, rowsAsMatrix, rowsOf } from './pixelFeatures.ts';

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

/** Penalties tried, strongest first so that each fit starts from a simpler one. */
const PENALTIES = [10_000, 3_000, 1_000, 300, 100, 30, 10];
/** Scores settle to the third decimal; tighter only costs time. */
const TOLERANCE = 1e-4;

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

/**
 * L2 logistic regression on the image averaged down to 32 x 32 pixels, channels averaged, pixels standardised over
 * train, the penalty with the least log loss on val. A network that does worse is broken.
 */
export function linearBaseline(data: BaselineData): BaselineResult {
  const { features, columns, train, val } = pixelFeatures(data);
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
  const description = `Logistic regression on ${PIXELS} x ${PIXELS} pixels, L2 penalty ${best.l2}`;
  return { name: 'linear-32x32', description, logits: predictLogistic(best.model, all) };
}
