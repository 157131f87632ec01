import { describe, expect, test } from 'vitest';
import { measuredErrors } from '../../../../main/domain/statistics/measuredError.ts';
import { weightedKappa } from '../../../../main/domain/statistics/weightedKappa.ts';

/** One case each of a table [true][predicted]. */
function casesOf(table: readonly (readonly number[])[]) {
  const pairs = table.flatMap((row, truth) =>
    row.flatMap((count, call) => Array.from({ length: count }, () => [truth, call] as const)),
  );
  const patients = pairs.map((_, i) => `P${i}`);
  return { truths: pairs.map(([truth]) => truth), calls: pairs.map(([, call]) => call), patients };
}

describe('weightedKappa', () => {
  const { truths, calls, patients } = casesOf([
    [5, 1, 0],
    [1, 4, 1],
    [0, 2, 6],
  ]);
  const kappa = (weights: 'linear' | 'quadratic') =>
    weightedKappa(truths, calls, patients, { grades: 3, weights, seed: 1 });

  test('by hand: 20 cases, rows 6 6 8, columns 6 7 7', () => {
    // observed 5 x 1/4 / 20 = 0.0625; expected (10.5 + 42 + 9 + 10.5 + 48 + 14) / 400 = 0.335
    expect(kappa('quadratic')?.value).toBeCloseTo(1 - 0.0625 / 0.335, 12);
    // observed 5 x 1/2 / 20 = 0.125; expected (21 + 42 + 18 + 21 + 48 + 28) / 400 = 0.445
    expect(kappa('linear')?.value).toBeCloseTo(1 - 0.125 / 0.445, 12);
    expect(kappa('quadratic')).toMatchObject({ method: 'patient-bootstrap', n: 20, nPatients: 20 });
  });

  test('with two grades both weights are Cohen 1960: (0.7 - 0.5) / (1 - 0.5)', () => {
    const two = casesOf([
      [20, 5],
      [10, 15],
    ]);
    const options = { grades: 2, seed: 1 };
    expect(weightedKappa(two.truths, two.calls, two.patients, options)?.value).toBeCloseTo(0.4, 12);
  });

  test('full agreement still has an interval; one grade has no kappa', () => {
    const full = casesOf([
      [4, 0, 0],
      [0, 4, 0],
      [0, 0, 4],
    ]);
    const estimate = weightedKappa(full.truths, full.calls, full.patients, { grades: 3, seed: 1 });
    expect(estimate).toMatchObject({ value: 1, high: 1, method: 'wilson-clustered' });
    // Wilson for 0 of 12 goes up to 0.2425; expected disagreement is (4 x 1/4 + 2 x 1) / 9 = 1/3.
    expect(estimate?.low).toBeCloseTo(1 - 0.2425 * 3, 3);
    expect(weightedKappa([1, 1], [1, 1], ['A', 'B'], { grades: 3, seed: 1 })).toBeUndefined();
  });

  test('cases of one patient are resampled together: the interval is wider', () => {
    const twice = { truths: [...truths, ...truths], calls: [...calls, ...calls], patients: [...patients, ...patients] };
    const clustered = weightedKappa(twice.truths, twice.calls, twice.patients, { grades: 3, seed: 1 });
    const apart = twice.patients.map((_, i) => String(i));
    const independent = weightedKappa(twice.truths, twice.calls, apart, { grades: 3, seed: 1 });
    const width = (e: typeof clustered) => (e ? e.high - e.low : Number.NaN);
    expect(width(clustered)).toBeGreaterThan(1.2 * width(independent));
  });
});

describe('measuredErrors', () => {
  const truths = [10, 20, 30, 40];
  const predicted = [12, 19, 33, 36];
  const patients = ['A', 'B', 'C', 'D'];

  test('by hand: differences 2, -1, 3, -4', () => {
    const errors = measuredErrors(truths, predicted, patients, { seed: 1, range: 100 });
    expect(errors?.meanAbsolute.value).toBeCloseTo(2.5, 12);
    expect(errors?.rootMeanSquare.value).toBeCloseTo(Math.sqrt(30 / 4), 12);
    expect(errors?.agreement.bias).toBeCloseTo(0, 12);
    expect(errors?.agreement.upper).toBeCloseTo(1.96 * Math.sqrt(30 / 3), 12);
    expect(errors?.explained?.value).toBeCloseTo(1 - 30 / 500, 12);
    expect(errors?.meanAbsolute.low).toBeLessThan(2.5);
    expect(errors?.meanAbsolute.high).toBeGreaterThan(2.5);
  });

  test('errors that are all alike have an interval all the same', () => {
    const errors = measuredErrors(truths, truths, patients, { seed: 1, range: 100 });
    expect(errors?.meanAbsolute).toMatchObject({ value: 0, low: 0, method: 'wilson-clustered' });
    // Wilson for 0 of 4 goes up to z^2 / (4 + z^2) = 0.4899.
    expect(errors?.meanAbsolute.high).toBeCloseTo(48.99, 2);
    expect(measuredErrors([], [], [], { seed: 1, range: 1 })).toBeUndefined();
    expect(measuredErrors([5, 5], [5, 6], ['A', 'B'], { seed: 1, range: 10 })?.explained).toBeUndefined();
  });
});
