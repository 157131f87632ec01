import { minimize } from '../evaluation/lbfgs.ts';
import type { LabelledFeatures } from './featureTable.ts';
import { type Scaling, scalingOf, standardised } from './standardise.ts';

/** logistic: multinomial log loss. svm: squared hinge of each class against the rest (L2-regularised L2-loss SVM). */
export type LinearLoss = 'logistic' | 'svm';

/** Logits = weights x features + bias; the standardisation of the features is folded in. */
export interface LinearHead {
  /** Row-major [classes, columns]. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Training cases made ready once; every C is fitted on the same. */
export interface LinearProblem {
  readonly x: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly classes: readonly number[];
  readonly caseWeights: readonly number[];
  readonly classCount: number;
  readonly scaling: Scaling;
}

export function linearProblem(train: LabelledFeatures, classCount: number): LinearProblem {
  const { features, classes, weights } = train;
  const scaling = scalingOf(features);
  const { rows, columns } = features;
  return { x: standardised(features, scaling), rows, columns, classes, caseWeights: weights, classCount, scaling };
}

/** Two classes have one output, the second class's margin; more have one each. */
const outputsOf = (classCount: number): number => (classCount === 2 ? 1 : classCount);

/** Scores [outputs] of a row before any loss; the bias is the last of an output's weights. */
function rowScores(problem: LinearProblem, row: number, w: Float64Array, into: Float64Array): void {
  const { x, columns } = problem;
  const from = row * columns;
  for (let k = 0; k < into.length; k++) {
    const offset = k * (columns + 1);
    let sum = w[offset + columns] ?? 0;
    for (let j = 0; j < columns; j++) sum += (w[offset + j] as number) * (x[from + j] as number);
    into[k] = sum;
  }
}

/** Loss of one case; its derivative by each score goes into `slope`. */
type CaseLoss = (scores: Float64Array, truth: number, slope: Float64Array) => number;

const binaryLogistic: CaseLoss = (scores, truth, slope) => {
  const sign = truth === 1 ? 1 : -1;
  const margin = sign * (scores[0] ?? 0);
  const wrong = 1 / (1 + Math.exp(margin));
  slope[0] = -sign * wrong;
  return margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin));
};

const multinomial: CaseLoss = (scores, truth, slope) => {
  const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (const score of scores) total += Math.exp(score - largest);
  for (let k = 0; k < scores.length; k++)
    slope[k] = Math.exp((scores[k] ?? 0) - largest) / total - (k === truth ? 1 : 0);
  return largest + Math.log(total) - (scores[truth] ?? 0);
};

/** Squared hinge of every output; of two classes the one output is the second's. */
const squaredHinge: CaseLoss = (scores, truth, slope) => {
  let loss = 0;
  for (let k = 0; k < scores.length; k++) {
    const isPositive = scores.length === 1 ? truth === 1 : truth === k;
    const sign = isPositive ? 1 : -1;
    const gap = Math.max(0, 1 - sign * (scores[k] ?? 0));
    slope[k] = -2 * sign * gap;
    loss += gap * gap;
  }
  return loss;
};

function lossOf(loss: LinearLoss, classCount: number): CaseLoss {
  if (loss === 'svm') return squaredHinge;
  return classCount === 2 ? binaryLogistic : multinomial;
}

/**
 * Minimises |w|^2 / 2 + C x (sum of weighted losses) over standardised features, as LIBLINEAR does; biases are not
 * penalised. `start` is a former result (raw weights), for the next C. Deterministic.
 * @returns [outputs, columns + 1], the bias last
 */
export function fitLinear(problem: LinearProblem, loss: LinearLoss, c: number, start?: Float64Array): Float64Array {
  const { x, rows, columns, classes, caseWeights, classCount } = problem;
  const outputs = outputsOf(classCount);
  const [scores, slope] = [new Float64Array(outputs), new Float64Array(outputs)];
  const caseLoss = lossOf(loss, classCount);
  const objective = (w: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      rowScores(problem, row, w, scores);
      const weight = caseWeights[row] ?? 1;
      total += weight * caseLoss(scores, classes[row] ?? 0, slope);
      const from = row * columns;
      for (let k = 0; k < outputs; k++) {
        const by = weight * (slope[k] ?? 0);
        if (by === 0) continue;
        const offset = k * (columns + 1);
        for (let j = 0; j < columns; j++)
          gradient[offset + j] = (gradient[offset + j] as number) + by * (x[from + j] as number);
        gradient[offset + columns] = (gradient[offset + columns] ?? 0) + by;
      }
    }
    // Divided by C times the number of cases: the tolerance then means the same for every C and size.
    const penalty = 1 / (c * rows);
    let norm = 0;
    for (let i = 0; i < w.length; i++) {
      gradient[i] = (gradient[i] ?? 0) / rows;
      if (i % (columns + 1) === columns) continue;
      norm += (w[i] ?? 0) ** 2;
      gradient[i] = (gradient[i] ?? 0) + penalty * (w[i] ?? 0);
    }
    return total / rows + (penalty * norm) / 2;
  };
  return minimize(objective, start ?? new Float64Array(outputs * (columns + 1)), {
    maxIterations: 500,
    tolerance: 1e-6,
  });
}

/** Decision values [row][outputs] of standardised rows. */
export function decisionValues(raw: Float64Array, x: Float64Array, columns: number, classCount: number): number[][] {
  const rows = columns === 0 ? 0 : x.length / columns;
  const into = new Float64Array(outputsOf(classCount));
  const problem = { x, columns } as LinearProblem;
  return Array.from({ length: rows }, (_, row) => {
    rowScores(problem, row, raw, into);
    return [...into];
  });
}

/** How decision values become logits: a common factor and, for two classes, a shift. */
export interface Calibration {
  readonly slope: number;
  readonly shift: number;
}

export const uncalibrated: Calibration = { slope: 1, shift: 0 };

/** Logits per class of one case's decision values; two classes share the margin evenly. */
export function logitsOfDecision(values: readonly number[], { slope, shift }: Calibration): number[] {
  if (values.length > 1) return values.map((value) => slope * value);
  const margin = slope * (values[0] ?? 0) + shift;
  return [-margin / 2, margin / 2];
}

/** Weights and biases for the features as they are: the standardisation and the calibration are folded in. */
export function foldedHead(raw: Float64Array, problem: LinearProblem, { slope, shift }: Calibration): LinearHead {
  const { columns, classCount, scaling } = problem;
  const weights = new Float64Array(classCount * columns);
  const bias = new Float64Array(classCount);
  for (let k = 0; k < classCount; k++) {
    const isBinary = classCount === 2;
    const factor = (isBinary ? (k === 1 ? 0.5 : -0.5) : 1) * slope;
    const offset = isBinary ? 0 : k * (columns + 1);
    let constant = factor * (raw[offset + columns] ?? 0) + (isBinary ? (k === 1 ? 0.5 : -0.5) * shift : 0);
    for (let j = 0; j < columns; j++) {
      const weight = (factor * (raw[offset + j] ?? 0)) / (scaling.deviation[j] ?? 1);
      weights[k * columns + j] = weight;
      constant -= weight * (scaling.mean[j] ?? 0);
    }
    bias[k] = constant;
  }
  return { weights, bias };
}
