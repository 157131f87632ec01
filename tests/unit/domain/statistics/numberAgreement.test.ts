import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { measuredErrors } from '../../../../main/domain/statistics/measuredError.ts';
import { numberAgreement } from '../../../../main/domain/statistics/numberAgreement.ts';

const Oracle = z.object({
  agreement: z.array(z.record(z.string(), z.unknown()).and(z.object({ truths: z.array(z.number()), predicted: z.array(z.number()) }))), // biome-ignore format: one shape
});
const file = path.resolve(import.meta.dirname, '../../../fixtures/numbers/numbers.json');
const oracle = Oracle.parse(JSON.parse(readFileSync(file, 'utf8')));
const options = { seed: 1, resamples: 500 };
const apart = (values: readonly number[]): string[] => values.map((_, i) => `P${i}`);

describe('agreement of numbers', () => {
  test.each(oracle.agreement)('is what numpy gives, set %#', ({ truths, predicted, ...wanted }) => {
    const found = numberAgreement(truths, predicted, apart(truths), options);
    const errors = measuredErrors(truths, predicted, apart(truths), { ...options, range: 60 });
    const values = {
      meanAbsolute: errors?.meanAbsolute.value,
      rootMeanSquare: errors?.rootMeanSquare.value,
      explained: errors?.explained?.value,
      concordance: found.concordance?.value,
      correlation: found.correlation?.value,
      rankCorrelation: found.rankCorrelation?.value,
      ...errors?.agreement,
    };
    for (const [name, value] of Object.entries(wanted))
      expect(values, name).toMatchObject({ [name]: expect.closeTo(Number(value), 12) });
  });

  test('by hand: 1 2 3 called 2 3 4 is off by one throughout', () => {
    const { concordance, correlation, rankCorrelation } = numberAgreement(
      [1, 2, 3],
      [2, 3, 4],
      ['a', 'b', 'c'],
      options,
    );
    // 2 x 2/3 / (2/3 + 2/3 + 1)
    expect(concordance?.value).toBeCloseTo(4 / 7, 12);
    // Whoever is drawn, r stays 1: no interval, so no figure.
    expect([correlation, rankCorrelation]).toEqual([undefined, undefined]);
  });

  test('a weight of two is a case seen twice', () => {
    const { truths, predicted } = oracle.agreement[1] ?? { truths: [], predicted: [] };
    const twice = [0, 1, 2, ...truths.map((_, i) => i)];
    const drawn = (list: readonly number[]) => twice.map((i) => list[i] ?? 0);
    const doubled = numberAgreement(drawn(truths), drawn(predicted), apart(twice), options);
    // The same patients' cases, resampled together, give the same point estimate.
    const patients = twice.map((i) => `P${i}`);
    const clustered = numberAgreement(drawn(truths), drawn(predicted), patients, options);
    expect(clustered.rankCorrelation?.value).toBe(doubled.rankCorrelation?.value);
    expect(clustered.rankCorrelation?.nPatients).toBe(truths.length);
  });

  test('the same number for every case has no agreement to speak of', () => {
    const { concordance, correlation, rankCorrelation } = numberAgreement(
      [1, 2, 3, 4],
      [2.5, 2.5, 2.5, 2.5],
      ['a', 'b', 'c', 'd'],
      options,
    );
    expect([concordance, correlation, rankCorrelation]).toEqual([undefined, undefined, undefined]);
  });

  test('intervals hold the value and widen where cases of a patient belong together', () => {
    const { truths, predicted } = oracle.agreement[0] ?? { truths: [], predicted: [] };
    const single = numberAgreement(truths, predicted, apart(truths), options).concordance;
    const grouped = truths.map((_, i) => `P${Math.floor(i / 6)}`);
    const few = numberAgreement(truths, predicted, grouped, options).concordance;
    expect(single?.low).toBeLessThan(single?.value ?? 0);
    expect(single?.high).toBeGreaterThan(single?.value ?? 1);
    expect(few).toMatchObject({ n: 30, nPatients: 5, method: 'patient-bootstrap' });
  });
});
