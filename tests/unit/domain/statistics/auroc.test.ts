import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalAt, randomAt } from '../../../../main/domain/random.ts';
import { auroc, midranks, orderByScore, weightedAuroc } from '../../../../main/domain/statistics/auroc.ts';
import { aurocEstimate, newcombeInterval } from '../../../../main/domain/statistics/aurocInterval.ts';
import { bootstrapAurocEstimate } from '../../../../main/domain/statistics/bootstrapAuroc.ts';
import { rocCurve } from '../../../../main/domain/statistics/rocCurve.ts';

const ids = (n: number) => Array.from({ length: n }, (_, i) => `patient ${i}`);

/** Coarse scores, so that ties are common. */
const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 2, maxLength: 40 });

function countedAuroc(scores: readonly number[], isPositive: readonly boolean[]): number {
  let [wins, pairs] = [0, 0];
  scores.forEach((x, i) => {
    scores.forEach((y, j) => {
      if (!isPositive[i] || isPositive[j]) return;
      wins += x > y ? 1 : x === y ? 0.5 : 0;
      pairs += 1;
    });
  });
  return wins / pairs;
}

test('midranks share ties', () => {
  expect([...midranks([10, 30, 20, 20])]).toEqual([1, 4, 2.5, 2.5]);
});

describe('auroc', () => {
  test('is the share of pairs in the right order, ties one half', () => {
    expect(auroc([4, 2, 1, 3], [true, true, false, false])).toBe(0.75);
    expect(auroc([1, 1, 1], [true, false, false])).toBe(0.5);
    expect(auroc([1, 2], [true, true])).toBeUndefined();
    expect(() => auroc([1, Number.NaN], [true, false])).toThrow();
  });

  test('equals counting, the trapezoid area of the ROC curve and the weighted form', () => {
    fc.assert(
      fc.property(labelled, (cases) => {
        const scores = cases.map(([score]) => score);
        const isPositive = cases.map(([, positive]) => positive);
        fc.pre(new Set(isPositive).size === 2);
        const expected = countedAuroc(scores, isPositive);
        expect(auroc(scores, isPositive)).toBeCloseTo(expected, 12);
        const points = rocCurve(scores, isPositive);
        const area = points.slice(1).reduce((sum, p, i) => {
          const previous = points[i];
          if (!previous) return sum;
          const width = p.falsePositiveRate - previous.falsePositiveRate;
          return sum + (width * (p.truePositiveRate + previous.truePositiveRate)) / 2;
        }, 0);
        expect(area).toBeCloseTo(expected, 12);
        expect(
          weightedAuroc(
            scores,
            isPositive,
            orderByScore(scores),
            scores.map(() => 1),
          ),
        ).toBeCloseTo(expected, 12);
      }),
    );
  });

  test('under weights equals repeating the cases', () => {
    const scores = [1, 2, 2, 5, 0];
    const isPositive = [false, true, false, true, true];
    const weights = [2, 1, 3, 0, 2];
    const repeat = <T>(items: readonly T[]) =>
      items.flatMap((item, i) => Array.from({ length: weights[i] ?? 0 }, () => item));
    expect(weightedAuroc(scores, isPositive, orderByScore(scores), weights)).toBeCloseTo(
      auroc(repeat(scores), repeat(isPositive)) ?? Number.NaN,
      12,
    );
  });
});

describe('aurocEstimate', () => {
  test('DeLong by hand: placements 1, 1/2 and 1, 1/2 give variance 1/8', () => {
    const { value, low, high, method } = aurocEstimate([4, 2, 1, 3], [true, true, false, false], ids(4)) ?? {};
    const half = (1.959963984540054 * Math.sqrt(1 / 8)) / (0.75 * 0.25);
    expect({ value, method }).toEqual({ value: 0.75, method: 'delong-logit' });
    expect(low).toBeCloseTo(1 / (1 + Math.exp(-(Math.log(3) - half))), 12);
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-(Math.log(3) + half))), 12);
  });

  test('Obuchowski by hand: each patient one positive and one negative that err alike doubles the variance', () => {
    const estimate = aurocEstimate([4, 2, 1, 3], [true, true, false, false], ['a', 'b', 'a', 'b']);
    const half = (1.959963984540054 * Math.sqrt(1 / 4)) / (0.75 * 0.25);
    expect(estimate).toMatchObject({ value: 0.75, method: 'obuchowski-logit', n: 4, nPatients: 2 });
    expect(estimate?.low).toBeCloseTo(1 / (1 + Math.exp(-(Math.log(3) - half))), 12);
  });

  test('writing every case k times for its patient changes neither value nor interval', () => {
    const scores = Array.from({ length: 30 }, (_, i) => normalAt(1, i) + (i % 2));
    const isPositive = scores.map((_, i) => i % 2 === 1);
    const single = aurocEstimate(scores, isPositive, ids(30));
    const [s3, p3, i3] = [scores, isPositive, ids(30)].map((list) => [...list, ...list, ...list]);
    const tripled = aurocEstimate(s3 as number[], p3 as boolean[], i3 as string[]);
    expect(tripled?.value).toBeCloseTo(single?.value ?? 0, 12);
    expect(tripled?.low).toBeCloseTo(single?.low ?? 0, 12);
    expect(tripled?.high).toBeCloseTo(single?.high ?? 0, 12);
    const naive = aurocEstimate(s3 as number[], p3 as boolean[], ids(90));
    expect((naive?.high ?? 0) - (naive?.low ?? 0)).toBeLessThan(0.65 * ((tripled?.high ?? 0) - (tripled?.low ?? 0)));
  });

  test('never has zero width: perfect, inverted, all tied, one patient in a class', () => {
    const perfect = aurocEstimate([1, 2, 3, 4], [false, false, true, true], ids(4));
    expect(perfect).toMatchObject({ value: 1, high: 1, method: 'newcombe-score' });
    expect(perfect?.low).toBeLessThan(0.7);
    expect(aurocEstimate([1, 2, 3, 4], [true, true, false, false], ids(4))).toMatchObject({ value: 0, low: 0 });
    const tied = aurocEstimate([1, 1, 1, 1], [true, true, false, false], ids(4));
    expect(tied?.low).toBeLessThan(0.3);
    expect(tied?.high).toBeGreaterThan(0.7);
    expect(aurocEstimate([1, 2, 3], [true, false, false], ids(3))?.method).toBe('newcombe-score');
  });

  test('narrows at a perfect AUROC with patients, not with their images', () => {
    const many = (n: number, patients: number) => {
      const scores = Array.from({ length: n }, (_, i) => i);
      return aurocEstimate(
        scores,
        scores.map((s) => s >= n / 2),
        scores.map((s) => `${Math.floor((s * patients) / n)}`),
      );
    };
    expect(many(400, 20)?.low).toBeCloseTo(many(20, 20)?.low ?? 0, 12);
    expect(many(400, 400)?.low).toBeGreaterThan(0.98);
  });

  test('covers the true AUROC of clustered data about 95 times in 100', () => {
    const truth = 0.7602499389065233; // two normals one standard deviation apart: Phi(1 / sqrt 2)
    let [analytic, resampled] = [0, 0];
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const patientOf = Array.from({ length: 120 }, (_, i) => Math.floor(i / 3));
      const isPositive = patientOf.map((p) => p % 2 === 0);
      const shared = patientOf.map((p) => Math.SQRT1_2 * normalAt(9, trial, p, 'patient'));
      const scores = shared.map((s, i) => s + Math.SQRT1_2 * normalAt(9, trial, i, 'case') + Number(isPositive[i]));
      const names = patientOf.map(String);
      const covers = (e: { low: number; high: number } | undefined) => Number(e && e.low <= truth && truth <= e.high);
      analytic += covers(aurocEstimate(scores, isPositive, names));
      resampled += covers(bootstrapAurocEstimate(scores, isPositive, names, { seed: trial, resamples: 300 }));
    }
    expect(analytic / trials).toBeGreaterThan(0.91);
    expect(analytic / trials).toBeLessThan(0.99);
    expect(resampled / trials).toBeGreaterThan(0.89);
  });
});

test('newcombeInterval with one case each solves (1 - t)^2 = z^2 t (1 - t)', () => {
  expect(newcombeInterval(1, 1, 1).low).toBeCloseTo(1 / (1 + 1.959963984540054 ** 2), 10);
});

test('bootstrapAurocEstimate is seeded and falls back where resamples do not vary', () => {
  const scores = Array.from({ length: 40 }, (_, i) => randomAt(2, i) + (i % 2) / 4);
  const isPositive = scores.map((_, i) => i % 2 === 1);
  const run = (seed: number) => bootstrapAurocEstimate(scores, isPositive, ids(40), { seed });
  expect(run(1)).toEqual(run(1));
  expect(run(1)?.low).not.toBe(run(2)?.low);
  expect(run(1)?.method).toBe('patient-bootstrap');
  const perfect = bootstrapAurocEstimate([1, 2, 3, 4], [false, false, true, true], ids(4), { seed: 1 });
  expect(perfect?.method).toBe('newcombe-score');
});
