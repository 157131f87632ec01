import { describe, expect, test } from 'vitest';
import { randomAt } from '../../../../main/domain/random.ts';
import { auroc } from '../../../../main/domain/statistics/auroc.ts';
import { aurocEstimate } from '../../../../main/domain/statistics/aurocInterval.ts';
import { pairedAurocDifference } from '../../../../main/domain/statistics/pairedAuroc.ts';

const n = 120;
const truths = Array.from({ length: n }, (_, i) => i % 3 === 0);
const patients = truths.map((_, i) => `patient ${Math.floor(i / 2)}`);
const drawn = (name: string, help: number) => truths.map((truth, i) => randomAt(7, name, i) + (truth ? help : 0));
const options = { seed: 1, resamples: 500 };

describe('pairedAurocDifference', () => {
  test('is the difference of the two AUROCs', () => {
    const [a, b] = [drawn('a', 0.6), drawn('b', 0.2)];
    const difference = pairedAurocDifference([{ own: a, other: b }], truths, patients, options);
    expect(difference?.value).toBeCloseTo((auroc(a, truths) ?? 0) - (auroc(b, truths) ?? 0), 12);
    expect(difference?.low).toBeGreaterThan(0);
    expect([difference?.n, difference?.nPatients]).toEqual([n, n / 2]);
  });

  test('is 0 to 0 for scores in the same order, however wide each interval is', () => {
    const scores = drawn('a', 0.4);
    const difference = pairedAurocDifference(
      [{ own: scores, other: scores.map((score) => 3 * score - 1) }],
      truths,
      patients,
      options,
    );
    expect(difference).toMatchObject({ value: 0, low: 0, high: 0 });
    const each = aurocEstimate(scores, truths, patients);
    expect((each?.high ?? 0) - (each?.low ?? 0)).toBeGreaterThan(0.05);
  });

  test('turns its sign when the two change places', () => {
    const [a, b] = [drawn('a', 0.3), drawn('b', 0.3)];
    const forth = pairedAurocDifference([{ own: a, other: b }], truths, patients, options);
    const back = pairedAurocDifference([{ own: b, other: a }], truths, patients, options);
    expect(back?.value).toBeCloseTo(-(forth?.value ?? 0), 12);
    expect(back?.low).toBeCloseTo(-(forth?.high ?? 0), 12);
  });

  test('of several pairs is the mean of theirs, with a narrower interval than one of them', () => {
    const pairs = [1, 2, 3, 4].map((k) => ({ own: drawn(`own ${k}`, 0.4), other: drawn(`other ${k}`, 0.3) }));
    const [all, ...each] = [pairs, ...pairs.map((pair) => [pair])].map((some) =>
      pairedAurocDifference(some, truths, patients, options),
    );
    const values = each.map((estimate) => estimate?.value ?? Number.NaN);
    expect(all?.value).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 4, 12);
    const width = (estimate: typeof all) => (estimate?.high ?? 0) - (estimate?.low ?? 0);
    expect(width(all)).toBeLessThan(Math.max(...each.map(width)));
  });

  test('is undefined where a class is absent', () => {
    expect(pairedAurocDifference([{ own: [1, 2], other: [2, 1] }], [true, true], ['a', 'b'], options)).toBeUndefined();
  });
});
