import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalAt } from '../../../main/domain/random.ts';
import {
  camFromWeights,
  contrastOf,
  contrastWeights,
  gradCam,
  gradCamPlusPlus,
} from '../../../main/learning/explanation/classActivation.ts';
import { randomisationCheck, rankCorrelation } from '../../../main/learning/explanation/compareMaps.ts';

const map = { data: [1, 2, 3, 4, 5, 6, 10, 0, 0, 0, 0, 20], channels: 2, rows: 2, columns: 3 };

describe('camFromWeights', () => {
  test('by hand', () => {
    const cam = camFromWeights(map, [2, -1]);
    expect([...cam.values]).toEqual([-8, 4, 6, 8, 10, -8]);
    expect(cam).toMatchObject({ rows: 2, columns: 3 });
    expect(() => camFromWeights(map, [1])).toThrow();
  });
});

describe('gradCam', () => {
  test('after global average pooling and a dense layer is CAM over rows x columns', () => {
    const weights = [2, -1];
    const gradients = Array.from({ length: 12 }, (_, i) => (weights[Math.floor(i / 6)] ?? 0) / 6);
    const scaled = [...camFromWeights(map, weights).values].map((v) => expect.closeTo(v / 6, 5));
    expect([...gradCam(map, gradients).values]).toEqual(scaled);
  });

  test('weighs a channel by the mean of its gradients', () => {
    const gradients = [6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -3];
    expect([...gradCam(map, gradients).values]).toEqual([1 - 5, 2, 3, 4, 5, 6 - 10]);
  });
});

describe('gradCamPlusPlus', () => {
  test('by hand: sum of g^3 / (2 g^2 + sum(A) g^3) over positive gradients', () => {
    const small = { data: [1, 3, 2, 2], channels: 2, rows: 1, columns: 2 };
    const [first = 0] = gradCamPlusPlus(small, [1, 2, -1, 0]).values;
    const weight = 1 / (2 + 4) + 8 / (8 + 4 * 8);
    expect(first).toBeCloseTo(weight * 1, 6);
  });

  test('counts each of several equal spots fully, unlike Grad-CAM', () => {
    const spots = { data: [1, 0, 0, 0, 1, 1, 0, 0], channels: 2, rows: 1, columns: 4 };
    const gradients = [1, 0, 0, 0, 1, 1, 0, 0];
    const plus = gradCamPlusPlus(spots, gradients).values;
    expect(plus[1]).toBeGreaterThan(0);
    expect((plus[0] ?? 0) - (plus[1] ?? 0)).toBeCloseTo(1 / 3, 6);
  });
});

test('a contrast does not change when a constant is added to all logits', () => {
  for (const k of [0, 1, 2]) {
    const contrast = contrastOf(k, 3);
    expect(contrast.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
    expect(contrast[k]).toBe(1);
  }
  expect([...contrastOf(1, 2)]).toEqual([-1, 1]);
  expect([...contrastWeights([1, 2, 5, 7], 2, contrastOf(1, 2))]).toEqual([4, 5]);
});

describe('rankCorrelation', () => {
  test('is 1 for any rising change and -1 for a falling one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 3, maxLength: 30 }), (values) => {
        expect(
          rankCorrelation(
            values,
            values.map((v) => v ** 3),
          ),
        ).toBeCloseTo(1, 12);
        expect(
          rankCorrelation(
            values,
            values.map((v) => -v),
          ),
        ).toBeCloseTo(-1, 12);
      }),
    );
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });

  test('randomisationCheck fails maps that ignore the weights', () => {
    const map = Array.from({ length: 64 }, (_, i) => normalAt(1, i));
    const other = Array.from({ length: 64 }, (_, i) => normalAt(2, i));
    expect(randomisationCheck([{ trained: map, randomised: other }], 0.5).hasPassed).toBe(true);
    expect(randomisationCheck([{ trained: map, randomised: map }], 0.5)).toMatchObject({
      meanCorrelation: 1,
      hasPassed: false,
      n: 1,
    });
  });
});
