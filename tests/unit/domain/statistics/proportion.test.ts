import { describe, expect, test } from 'vitest';
import { brierEstimate } from '../../../../main/domain/statistics/brier.ts';
import { confusionMatrix } from '../../../../main/domain/statistics/confusion.ts';
import { macroAuroc } from '../../../../main/domain/statistics/macroAuroc.ts';
import {
  effectiveSize,
  meanOfProportions,
  proportionEstimate,
  wilsonInterval,
} from '../../../../main/domain/statistics/proportion.ts';
import { meanLogits, softmax } from '../../../../main/domain/statistics/scores.ts';
import { chooseThreshold } from '../../../../main/domain/statistics/thresholdRule.ts';

const hits = (k: number, n: number) => Array.from({ length: n }, (_, i) => i < k);
const ids = (n: number, perPatient = 1) => Array.from({ length: n }, (_, i) => `${Math.floor(i / perPatient)}`);

describe('wilsonInterval', () => {
  test('gives the textbook values (Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29)', () => {
    const rounded = (k: number, n: number) => Object.values(wilsonInterval(k / n, n)).map((x) => Number(x.toFixed(4)));
    expect(rounded(81, 263)).toEqual([0.2553, 0.3662]);
    expect(rounded(15, 148)).toEqual([0.0624, 0.1605]);
    expect(rounded(0, 20)).toEqual([0, 0.1611]);
    expect(rounded(1, 29)).toEqual([0.0061, 0.1718]);
  });
});

describe('proportionEstimate', () => {
  test('is Wilson with one case a patient', () => {
    expect(proportionEstimate(hits(8, 10), ids(10))).toMatchObject({
      value: 0.8,
      method: 'wilson',
      n: 10,
      nPatients: 10,
      ...wilsonInterval(0.8, 10),
    });
    expect(proportionEstimate([], [])).toBeUndefined();
  });

  test('by hand: four patients, two cases each, all alike within a patient: 8 cases are worth 3', () => {
    expect(effectiveSize(hits(4, 8), ids(8, 2))).toBeCloseTo(3, 12);
    expect(proportionEstimate(hits(4, 8), ids(8, 2))).toMatchObject({
      method: 'wilson-clustered',
      ...wilsonInterval(0.5, 3),
    });
  });

  test('counts patients where the share is 0 or 1, and never more cases than there are', () => {
    expect(effectiveSize(hits(8, 8), ids(8, 2))).toBe(4);
    expect(effectiveSize([true, false, true, false], ids(4, 2))).toBe(4);
  });
});

test('meanOfProportions keeps a width at 1 and shrinks it by the number of parts', () => {
  const part = proportionEstimate(hits(20, 20), ids(20));
  if (!part) throw new Error('no estimate');
  const mean = meanOfProportions([part, part], 40);
  expect(mean).toMatchObject({ value: 1, high: 1, n: 40, nPatients: 40, method: 'mover' });
  expect(1 - (mean?.low ?? 1)).toBeCloseTo((1 - part.low) / Math.SQRT2, 12);
});

test('confusionMatrix has the truth in rows', () => {
  expect(confusionMatrix(['a', 'b'], ['a', 'a', 'b'], ['a', 'b', 'b']).counts).toEqual([
    [1, 1],
    [0, 1],
  ]);
  expect(() => confusionMatrix(['a', 'b'], ['c'], ['a'])).toThrow();
});

describe('chooseThreshold', () => {
  const scores = [0.1, 0.2, 0.35, 0.4, 0.8, 0.9];
  const isPositive = [false, false, true, false, true, true];

  test('Youden: among thresholds of equal merit the most even pair, halfway between scores', () => {
    // cut below 0.8: sensitivity 2/3, specificity 1; below 0.35: 1 and 2/3; equal merit and evenness: the higher stays
    expect(chooseThreshold({ kind: 'youden' }, scores, isPositive)?.value).toBeCloseTo(0.6, 12);
    expect(chooseThreshold({ kind: 'youden' }, [1, 2, 3, 4], [false, false, true, true])?.value).toBe(2.5);
  });

  test('fixed sensitivity: the highest threshold that reaches it', () => {
    expect(chooseThreshold({ kind: 'sensitivity', atLeast: 0.95 }, scores, isPositive)).toEqual({
      value: (0.35 + 0.2) / 2,
      rule: 'sensitivity of at least 0.95 on validation',
    });
    expect(chooseThreshold({ kind: 'sensitivity', atLeast: 0.6 }, scores, isPositive)?.value).toBeCloseTo(0.6, 12);
  });

  test('needs both classes, but not for a fixed value', () => {
    expect(chooseThreshold({ kind: 'youden' }, [1, 2], [true, true])).toBeUndefined();
    expect(chooseThreshold({ kind: 'fixed', value: 0.5 }, [], [])).toEqual({ value: 0.5, rule: 'fixed at 0.5' });
  });
});

describe('brierEstimate', () => {
  test('is the mean squared error of the positive score for two classes', () => {
    const scores = [0.9, 0.2, 0.6].map((p) => [1 - p, p]);
    const brier = brierEstimate(scores, [1, 0, 0], ids(3), { seed: 1, resamples: 200 });
    expect(brier?.value).toBeCloseTo((0.01 + 0.04 + 0.36) / 3, 12);
    expect(brier?.low).toBeLessThan(brier?.value ?? 0);
  });

  test('has a width where all errors are alike', () => {
    const constant = brierEstimate(
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      [0, 1],
      ids(2),
      { seed: 1, resamples: 200 },
    );
    expect(constant).toMatchObject({ value: 0.25, method: 'wilson-clustered' });
    expect((constant?.high ?? 0) - (constant?.low ?? 0)).toBeGreaterThan(0.1);
  });
});

test('macroAuroc averages one-versus-rest', () => {
  const scores = [
    [0.8, 0.1, 0.1],
    [0.3, 0.4, 0.3],
    [0.2, 0.5, 0.3],
    [0.5, 0.3, 0.2],
    [0.1, 0.2, 0.7],
    [0.2, 0.1, 0.7],
  ];
  const { macro, perClass } = macroAuroc(scores, [0, 0, 1, 1, 2, 2], ids(6), { seed: 1, resamples: 300 });
  expect(perClass.map((e) => e?.value)).toEqual([7 / 8, 7 / 8, 1].map((v) => expect.closeTo(v, 12)));
  expect(macro?.value).toBeCloseTo((7 / 8 + 7 / 8 + 1) / 3, 12);
  expect(macroAuroc(scores, [0, 0, 1, 1, 1, 1], ids(6), { seed: 1 }).macro).toBeUndefined();
});

test('meanLogits takes no notice of a constant added to a case', () => {
  const plain = softmax(
    meanLogits([
      [1, 2],
      [0, -1],
    ]),
  );
  expect(
    softmax(
      meanLogits([
        [101, 102],
        [0, -1],
      ]),
    ),
  ).toEqual(plain);
  expect(plain).toEqual([0.5, 0.5]);
  expect(softmax([1000, 0])).toEqual([1, 0]);
});
