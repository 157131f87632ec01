import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { calibrate } from '../../../main/learning/heads/calibrate.ts';
import { type FeatureTable, rowOf } from '../../../main/learning/heads/featureTable.ts';
import {
  decisionValues,
  fitLinear,
  foldedHead,
  type LinearLoss,
  linearProblem,
  logitsOfDecision,
  uncalibrated,
} from '../../../main/learning/heads/linearHead.ts';

interface Optimum {
  readonly loss: LinearLoss;
  readonly classes: number;
  readonly c: number;
  readonly weights: readonly number[];
}

/** The data of oracle.py. */
function data(n: number, d: number, classes: number) {
  const values = Float32Array.from({ length: n * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return Math.sin(1.7 * i + 2.3 * j) + (i % classes === j % classes ? 0.3 * (1 + (j % 2)) : 0);
  });
  const features: FeatureTable = { data: values, rows: n, columns: d };
  const truths = Array.from({ length: n }, (_, i) => (i % 7 ? i % classes : (i + 1) % classes));
  return { features, classes: truths, weights: truths.map((_, i) => 1 + 0.5 * (i % 3)) };
}

const optima = JSON.parse(readFileSync(path.join(import.meta.dirname, 'linear.json'), 'utf8')) as Optimum[];

test.each(optima)('$loss, $classes classes, C $c: the optimum that PyTorch finds', ({ loss, classes, c, weights }) => {
  const problem = linearProblem(data(60, 5, classes), classes);
  const found = fitLinear(problem, loss, c);
  found.forEach((value, i) => {
    expect(Math.abs(value - (weights[i] ?? Number.NaN))).toBeLessThan(2e-4);
  });
});

test.each([2, 3])('%i classes: the folded weights give the same logits on features as they are', (classes) => {
  const train = data(60, 5, classes);
  const problem = linearProblem(train, classes);
  const raw = fitLinear(problem, 'logistic', 0.1);
  const calibration = classes === 2 ? { slope: 1.3, shift: -0.2 } : uncalibrated;
  const { weights, bias } = foldedHead(raw, problem, calibration);
  const expected = decisionValues(raw, problem.x, 5, classes).map((row) => logitsOfDecision(row, calibration));
  expected.forEach((row, i) => {
    const x = rowOf(train.features, i);
    row.forEach((logit, k) => {
      const folded = x.reduce((sum, value, j) => sum + value * (weights[k * 5 + j] ?? 0), bias[k] ?? 0);
      expect(folded).toBeCloseTo(logit, 9);
    });
  });
});

test('calibrated margins say how often they are right', () => {
  // 4 in 5 above 0 are positive, 1 in 5 below.
  const values = Array.from({ length: 200 }, (_, i) => [i % 2 === 0 ? 1 : -1]);
  const truths = values.map(([value = 0], i) => Number(value > 0 === (Math.floor(i / 2) % 5 !== 0)));
  const calibration = calibrate(
    values,
    truths,
    truths.map(() => 1),
  );
  const [low = 0, high = 0] = logitsOfDecision([1], calibration);
  expect(1 / (1 + Math.exp(low - high))).toBeCloseTo(0.8, 1);
});
