import { describe, expect, test } from 'vitest';
import { normalAt } from '../../../main/domain/random.ts';
import { auroc } from '../../../main/domain/statistics/auroc.ts';
import { areaAverage } from '../../../main/learning/evaluation/areaAverage.ts';
import { linearBaseline, prevalenceBaseline } from '../../../main/learning/evaluation/baselines.ts';
import { fitLogistic, predictLogistic } from '../../../main/learning/evaluation/logisticRegression.ts';

describe('fitLogistic', () => {
  const rows = 60;
  const data = Float64Array.from({ length: rows * 3 }, (_, i) => normalAt(4, i));
  const x = { data, rows, columns: 3 };
  const y = Array.from({ length: rows }, (_, i) => Number((data[i * 3] ?? 0) + 0.5 * normalAt(5, i) > 0));

  test('without features gives the logit of the prevalence', () => {
    const flat = { data: new Float64Array(4), rows: 4, columns: 1 };
    const [logits] = predictLogistic(fitLogistic(flat, [0, 1, 1, 1], { l2: 1 }), flat);
    expect(logits?.[1]).toBeCloseTo(Math.log(3), 4);
  });

  test('stops where the penalised gradient vanishes', () => {
    const l2 = 0.7;
    const model = fitLogistic(x, y, { l2, maxIterations: 500 });
    const logits = predictLogistic(model, x);
    const residuals = logits.map((row, i) => 1 / (1 + Math.exp(-(row[1] ?? 0))) - (y[i] ?? 0));
    for (let j = 0; j < 3; j++) {
      const gradient = residuals.reduce((sum, r, i) => sum + r * (data[i * 3 + j] ?? 0), l2 * (model.weights[j] ?? 0));
      expect(Math.abs(gradient)).toBeLessThan(1e-3);
    }
    expect(Math.abs(residuals.reduce((a, b) => a + b, 0))).toBeLessThan(1e-3);
    expect(fitLogistic(x, y, { l2, maxIterations: 500 }).weights).toEqual(model.weights);
  });

  test('separates three classes', () => {
    const three = Array.from({ length: rows }, (_, i) => i % 3);
    const shifted = data.map((value, i) => value + (i % 3 === three[Math.floor(i / 3)] ? 4 : 0));
    const wide = { data: shifted, rows, columns: 3 };
    const logits = predictLogistic(fitLogistic(wide, three, { l2: 0.1, classCount: 3 }), wide);
    const right = logits.filter((row, i) => row.indexOf(Math.max(...row)) === three[i]).length;
    expect(right / rows).toBeGreaterThan(0.9);
  });
});

describe('areaAverage', () => {
  test('weighs partly covered pixels by area and averages channels', () => {
    const image = Float32Array.from([0, 3, 6, 0, 3, 6, 0, 3, 6]);
    expect([...areaAverage(image, [1, 1, 3, 3], 2)].map((v) => Number(v.toFixed(6)))).toEqual([1, 5, 1, 5]);
    expect([...areaAverage(Float32Array.from([1, 3]), [1, 2, 1, 1], 32)]).toEqual([2]);
  });

  test('keeps the mean for sizes that do not divide', () => {
    const image = Float32Array.from({ length: 45 * 70 }, (_, i) => normalAt(6, i));
    const small = areaAverage(image, [1, 1, 45, 70], 32);
    expect(small).toHaveLength(32 * 32);
    const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
    expect(mean(small)).toBeCloseTo(mean(image), 6);
  });
});

describe('baselines', () => {
  const n = 120;
  const side = 16;
  const classIndices = Array.from({ length: n }, (_, i) => i % 2);
  const tensors = Float32Array.from({ length: n * side * side }, (_, k) => {
    const i = Math.floor(k / (side * side));
    const isSpot = k % (side * side) < 20 && i % 2 === 1;
    return normalAt(7, k) + (isSpot ? 0.8 : 0);
  });
  const parts = classIndices.map((_, i) => (i < 72 ? 'train' : i < 90 ? 'val' : 'test') as 'train' | 'val' | 'test');
  const data = { tensors, shape: [n, 1, side, side] as const, classIndices, classCount: 2, parts };

  test('linear finds a bright corner on unseen cases', () => {
    const { logits } = linearBaseline(data);
    const test = logits.map((_, i) => i).filter((i) => parts[i] === 'test');
    const value = auroc(
      test.map((i) => logits[i]?.[1] ?? 0),
      test.map((i) => classIndices[i] === 1),
    );
    expect(value).toBeGreaterThan(0.8);
  });

  test('linear takes nothing from the test cases', () => {
    const changed = tensors.map((v, k) => (k < 90 * side * side ? v : -50 * v));
    const [a, b] = [linearBaseline(data), linearBaseline({ ...data, tensors: changed })];
    expect(b.logits.slice(0, 90)).toEqual(a.logits.slice(0, 90));
  });

  test('prevalence gives every case the class shares of train', () => {
    const { logits } = prevalenceBaseline({
      classIndices: [0, 0, 0, 1, 1],
      classCount: 2,
      parts: ['train', 'train', 'train', 'train', 'test'],
    });
    expect(logits[4]).toEqual([Math.log(0.75), Math.log(0.25)]);
  });
});
