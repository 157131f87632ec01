import { describe, expect, test } from 'vitest';
import { normalAt } from '../../../main/domain/random.ts';
import { evaluatePredictions } from '../../../main/learning/evaluation/evaluatePredictions.ts';
import type { PredictedCase } from '../../../main/learning/evaluation/predictedCase.ts';
import { shuffleLabelsByPatient } from '../../../main/learning/evaluation/shuffleLabels.ts';

/** Logit of class b against a. */
const predicted = (patientId: string, trueClass: string, logit: number, i = 0): PredictedCase => ({
  caseId: `${patientId}.${i}`,
  patientId,
  trueClass,
  logits: [0, logit],
});

describe('evaluatePredictions', () => {
  const cases = [
    predicted('p1', 'a', -2),
    predicted('p2', 'a', 1),
    predicted('p3', 'b', 0.5),
    predicted('p4', 'b', 3),
    predicted('p4', 'b', -4, 1),
  ];

  test('by hand: five cases of four patients', () => {
    const { perCase, perPatient, threshold } = evaluatePredictions({ unit: 'image', cases, classes: ['a', 'b'] });
    expect(perCase).toMatchObject({
      nCases: 5,
      nPatients: 4,
      classCounts: { a: { cases: 2, patients: 2 }, b: { cases: 3, patients: 2 } },
      auroc: { value: 3 / 6, n: 5, nPatients: 4 },
      sensitivity: { value: 2 / 3, n: 3, nPatients: 2, method: 'wilson-clustered' },
      specificity: { value: 1 / 2, n: 2, method: 'wilson' },
      ppv: { value: 2 / 3 },
      npv: { value: 1 / 2 },
      accuracy: { value: 3 / 5 },
      balancedAccuracy: { value: expect.closeTo(7 / 12, 12) },
      confusion: {
        classes: ['a', 'b'],
        counts: [
          [1, 1],
          [1, 2],
        ],
      },
      perClass: null,
    });
    // p4: mean of 3 and -4 is -0.5, below p3 and p2
    expect(perPatient).toMatchObject({
      nCases: 4,
      nPatients: 4,
      auroc: { value: 2 / 4 },
      sensitivity: { value: 1 / 2 },
    });
    expect(threshold).toEqual({ value: 0.5, rule: 'fixed at 0.5' });
  });

  test('gives no patient result where a patient has both classes, and says why', () => {
    const mixed = [...cases, predicted('p1', 'b', 1, 1)];
    const evaluation = evaluatePredictions({ unit: 'image', cases: mixed, classes: ['a', 'b'] });
    expect(evaluation.perPatient).toBeNull();
    expect(evaluation.perPatientReason).toMatchObject({ code: 'mixed-labels', nPatients: 1 });
  });

  test('the positive class may be the first; a case may bring its own threshold', () => {
    const [first] = cases;
    const evaluation = evaluatePredictions({ unit: 'image', cases, classes: ['a', 'b'], positive: 'a' });
    expect(evaluation.perCase).toMatchObject({ sensitivity: { value: 1 / 2 }, specificity: { value: 2 / 3 } });
    if (!first) throw new Error('no case');
    const strict = { ...first, threshold: 0.05 };
    const { perCase } = evaluatePredictions({ unit: 'image', cases: [strict, ...cases.slice(1)], classes: ['a', 'b'] });
    expect(perCase.specificity?.value).toBe(0);
  });

  test('one class alone: no AUROC, the rest as far as it goes', () => {
    const { perCase } = evaluatePredictions({ unit: 'image', cases: cases.slice(0, 2), classes: ['a', 'b'] });
    expect(perCase).toMatchObject({
      auroc: null,
      sensitivity: null,
      specificity: { value: 0.5 },
      balancedAccuracy: null,
    });
  });

  test('three classes: largest score decides, one-versus-rest metrics', () => {
    const three = [
      [2, 0, 1],
      [0, 2, 1],
      [0, 1, 2],
      [1, 0, 2],
      [0, 3, 2],
      [3, 0, 0],
    ].map((logits, i) => ({ caseId: `${i}`, patientId: `p${i}`, trueClass: ['x', 'y', 'z'][i % 3] ?? '', logits }));
    const { perCase, threshold, positive } = evaluatePredictions({
      unit: 'series',
      cases: three,
      classes: ['x', 'y', 'z'],
    });
    expect(positive).toBeNull();
    expect(threshold.value).toBeNull();
    expect(perCase.confusion.counts).toEqual([
      [1, 0, 1],
      [0, 2, 0],
      [1, 0, 1],
    ]);
    expect(perCase.perClass?.y).toMatchObject({
      sensitivity: { value: 1 },
      specificity: { value: 1 },
      auroc: { value: 1 },
    });
    expect(perCase.auroc?.n).toBe(6);
    expect(perCase.sensitivity).toBeNull();
  });

  test('no interval in a perfect result has zero width, and the result is plain JSON', () => {
    const perfect = Array.from({ length: 30 }, (_, i) => predicted(`p${i}`, i % 2 ? 'b' : 'a', i % 2 ? 9 : -9));
    const evaluation = evaluatePredictions({ unit: 'image', cases: perfect, classes: ['a', 'b'] });
    const { auroc, aurocBootstrap, sensitivity, specificity, ppv, npv, accuracy, balancedAccuracy, brier } =
      evaluation.perCase;
    for (const e of [auroc, aurocBootstrap, sensitivity, specificity, ppv, npv, accuracy, balancedAccuracy, brier]) {
      expect((e?.high ?? 0) - (e?.low ?? 0)).toBeGreaterThan(0.01);
    }
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });
});

describe('shuffleLabelsByPatient', () => {
  const cases = Array.from({ length: 240 }, (_, i) => predicted(`p${Math.floor(i / 4)}`, i % 8 < 4 ? 'a' : 'b', i, i));

  test('keeps the patients, the order and the alikeness of classes within a patient; moves with the seed', () => {
    const shuffled = shuffleLabelsByPatient(cases, 1);
    expect(shuffled.map((c) => c.caseId)).toEqual(cases.map((c) => c.caseId));
    for (let i = 0; i < 240; i += 4) expect(new Set(shuffled.slice(i, i + 4).map((c) => c.trueClass)).size).toBe(1);
    expect(shuffled.filter((c) => c.trueClass === 'a')).toHaveLength(120);
    expect(shuffleLabelsByPatient(cases, 1)).toEqual(shuffled);
    expect(shuffleLabelsByPatient(cases, 2)).not.toEqual(shuffled);
  });

  test('takes the signal away: AUROC near 0.5 on average, its intervals mostly hold 0.5', () => {
    const strong = cases.map((c, i) => ({ ...c, logits: [0, (c.trueClass === 'b' ? 3 : 0) + normalAt(1, i)] }));
    const results = Array.from({ length: 20 }, (_, seed) => {
      const shuffled = shuffleLabelsByPatient(strong, seed);
      return evaluatePredictions({ unit: 'image', cases: shuffled, classes: ['a', 'b'] }).perCase.auroc;
    });
    const mean = results.reduce((sum, e) => sum + (e?.value ?? 0), 0) / 20;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
    expect(results.filter((e) => e && (e.low > 0.5 || e.high < 0.5)).length).toBeLessThanOrEqual(3);
  });
});
