import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../../main/domain/errors.ts';
import { shuffled } from '../../../../main/domain/random.ts';
import { linkPatients } from '../../../../main/domain/split/linkPatients.ts';
import { splitByFractions } from '../../../../main/domain/split/splitByFractions.ts';
import type { SplitAssignment, SplitCase } from '../../../../main/domain/split/splitCase.ts';
import { countLeaks, refuseLeaks } from '../../../../main/domain/split/splitChecks.ts';
import { splitFromFile } from '../../../../main/domain/split/splitFromFile.ts';
import { splitIntoFolds } from '../../../../main/domain/split/splitIntoFolds.ts';
import { finish } from '../../../../main/domain/steps.ts';

const thirds = { train: 0.7, val: 0.15, test: 0.15 };

/** `n` patients, patient i with 1 + i mod 4 cases of class `a` or `b`. */
function patients(n: number, shareOfB = 0.5): SplitCase[] {
  return Array.from({ length: n }, (_, i) => i).flatMap((i) =>
    Array.from({ length: 1 + (i % 4) }, (_, j) => ({
      caseId: `case ${i}.${j}`,
      patientId: `p${i}`,
      className: i < n * shareOfB ? 'b' : 'a',
    })),
  );
}

function codeOf(action: () => unknown): ErrorCode | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}

const shareIn = (
  cases: readonly SplitCase[],
  a: SplitAssignment,
  part: string,
  keep: (c: SplitCase) => boolean = () => true,
) => cases.filter((c) => keep(c) && a.get(c.caseId) === part).length / cases.filter(keep).length;

/** Patients with shared pixels, aliases and mixed classes; every class in enough patients to split. */
const messyCases = fc
  .array(
    fc.record({
      patient: fc.integer({ min: 0, max: 40 }),
      pixels: fc.integer({ min: 0, max: 4000 }),
      alias: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
      className: fc.constantFrom('a', 'b', 'c'),
    }),
    { minLength: 60, maxLength: 150 },
  )
  .map((rows) =>
    rows.map(
      (row, i): SplitCase => ({
        caseId: `case ${i}`,
        patientId: `p${row.patient}`,
        pixelHashes: [`hash ${row.pixels}`],
        aliases: row.alias === undefined || row.alias > 3 ? [] : [`alias ${row.alias}-${row.patient % 7}`],
        className: row.className,
      }),
    ),
  );

describe('linkPatients', () => {
  test('joins by alias, by pixels and through a third patient', () => {
    const groups = linkPatients([
      { caseId: '1', patientId: 'x', pixelHashes: ['h'] },
      { caseId: '2', patientId: 'y', pixelHashes: ['h', 'k'] },
      { caseId: '3', patientId: 'z', aliases: ['y'] },
      { caseId: '4', patientId: 'h' },
    ]);
    expect(groups.map((g) => g.patientIds)).toEqual([['h'], ['x', 'y', 'z']]);
  });
});

describe('splitByFractions', () => {
  test('never parts a linked patient, assigns every case, ignores the order of the input', () => {
    let refused = 0;
    fc.assert(
      fc.property(messyCases, fc.nat(), (cases, seed) => {
        let result: ReturnType<typeof splitByFractions>;
        try {
          result = splitByFractions(cases, thirds, seed);
        } catch (error) {
          // Random links may leave a class with too few patients: refused, never split badly.
          expect(error).toBeInstanceOf(AppError);
          refused += 1;
          return;
        }
        expect(countLeaks(cases, result.assignment)).toBe(0);
        expect(result.assignment.size).toBe(cases.length);
        const again = splitByFractions(shuffled(cases, 5), thirds, seed).assignment;
        for (const [caseId, part] of result.assignment) expect(again.get(caseId)).toBe(part);
        for (const part of ['train', 'val', 'test'])
          for (const name of ['a', 'b', 'c'])
            if (cases.some((c) => c.className === name))
              expect(shareIn(cases, result.assignment, part, (c) => c.className === name)).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
    expect(refused).toBeLessThan(20);
  });

  test('keeps the fractions of patients and cases in each class', () => {
    const cases = patients(300, 0.2);
    for (const seed of [1, 2, 3]) {
      const { assignment, findings } = splitByFractions(cases, thirds, seed);
      for (const name of ['a', 'b']) {
        expect(shareIn(cases, assignment, 'train', (c) => c.className === name)).toBeCloseTo(0.7, 1);
        expect(shareIn(cases, assignment, 'test', (c) => c.className === name)).toBeCloseTo(0.15, 1);
      }
      expect(findings.filter((f) => f.severity === 'warning').map((f) => f.code)).toEqual(['few-patients']);
    }
  });

  test('moves with the seed and repeats with it', () => {
    const cases = patients(60);
    const split = (seed: number) => [...splitByFractions(cases, thirds, seed).assignment];
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
  });

  test('every patient reaches the test split with about the same chance', () => {
    const cases = patients(40);
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 150; seed++) {
      const { assignment } = splitByFractions(cases, thirds, seed);
      for (const c of cases)
        if (c.caseId.endsWith('.0') && assignment.get(c.caseId) === 'test')
          counts.set(c.patientId, (counts.get(c.patientId) ?? 0) + 1);
    }
    expect(counts.size).toBe(40);
    expect(Math.min(...counts.values())).toBeGreaterThan(6);
    expect(Math.max(...counts.values())).toBeLessThan(45);
  });

  test('gives each part a patient of a rare class, and refuses where it cannot', () => {
    const cases = patients(60, 0.05); // three patients of class b
    const { assignment } = splitByFractions(cases, thirds, 1);
    for (const part of ['train', 'val', 'test'])
      expect(shareIn(cases, assignment, part, (c) => c.className === 'b')).toBeGreaterThan(0);
    expect(codeOf(() => splitByFractions(patients(60, 0.03), thirds, 1))).toBe('missing-class');
    expect(codeOf(() => splitByFractions(patients(2), thirds, 1))).toBe('too-few-patients');
    expect(codeOf(() => splitByFractions(cases, { train: 0.9, val: 0.2, test: 0.1 }, 1))).toBe('invalid-input');
  });

  test('works without classes and without a test split', () => {
    const cases = patients(20).map(({ caseId, patientId }) => ({ caseId, patientId }));
    const { assignment } = splitByFractions(cases, { train: 0.8, val: 0.2, test: 0 }, 1);
    expect(new Set(assignment.values())).toEqual(new Set(['train', 'val']));
  });

  test('says that patients were linked', () => {
    const cases = patients(120).map((c) =>
      c.patientId === 'p3' || c.patientId === 'p4' ? { ...c, pixelHashes: ['same'] } : c,
    );
    const { findings, assignment } = splitByFractions(cases, thirds, 1);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'linked-patients', count: 2 }));
    expect(assignment.get('case 3.0')).toBe(assignment.get('case 4.0'));
  });
});

describe('splitIntoFolds', () => {
  test('tests every case once, with val from the others and no leak', () => {
    const cases = patients(57, 0.3);
    const { folds } = splitIntoFolds(cases, 5, 1);
    expect(folds).toHaveLength(5);
    for (const c of cases) expect(folds.filter((fold) => fold.get(c.caseId) === 'test')).toHaveLength(1);
    for (const fold of folds) {
      expect(fold.size).toBe(cases.length);
      expect(countLeaks(cases, fold)).toBe(0);
      expect(shareIn(cases, fold, 'test')).toBeCloseTo(0.2, 1);
      expect(shareIn(cases, fold, 'val')).toBeGreaterThan(0.06);
      expect(shareIn(cases, fold, 'val')).toBeLessThan(0.2);
    }
    expect(splitIntoFolds(cases, 5, 1).folds.map((f) => [...f])).toEqual(folds.map((f) => [...f]));
    expect(codeOf(() => splitIntoFolds(patients(20, 0.1), 5, 1))).toBe('missing-class');
    expect(codeOf(() => splitIntoFolds(cases, 1, 1))).toBe('invalid-input');
  });
});

describe('splitFromFile', () => {
  const cases = patients(40);
  const rows = Array.from({ length: 40 }, (_, i) => ({
    patientId: `p${i}`,
    split: i % 4 === 0 ? ('test' as const) : ('train' as const),
  }));

  test('follows the file and takes val from train by seed', () => {
    const { assignment, findings } = splitFromFile(cases, rows, 1);
    expect(assignment.get('case 8.0')).toBe('test');
    expect(shareIn(cases, assignment, 'val')).toBeGreaterThan(0.05);
    expect(findings.map((f) => f.code)).toContain('no-val-in-split-file');
    expect(countLeaks(cases, assignment)).toBe(0);
  });

  test('leaves out patients without a row and says so', () => {
    const { assignment, findings } = splitFromFile(cases, rows.slice(0, 38), 1);
    expect(assignment.has('case 39.0')).toBe(false);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'not-in-split-file', count: 2 }));
  });

  test('refuses to part a patient, linked patients and aliases; refuses a part without a class', () => {
    const twice = [...rows, { patientId: 'p0', split: 'train' as const }];
    expect(codeOf(() => splitFromFile(cases, twice, 1))).toBe('split-overlap');
    const linked = cases.map((c) => (c.patientId === 'p0' || c.patientId === 'p1' ? { ...c, pixelHashes: ['h'] } : c));
    expect(codeOf(() => splitFromFile(linked, rows, 1))).toBe('split-overlap');
    const aliased = cases.map((c) => (c.patientId === 'p0' ? { ...c, aliases: ['p1'] } : c));
    expect(codeOf(() => splitFromFile(aliased, rows, 1))).toBe('split-overlap');
    const oneClass = rows.map(({ patientId }, i) => ({
      patientId,
      split: i < 20 ? ('train' as const) : ('test' as const),
    }));
    expect(codeOf(() => splitFromFile(cases, oneClass, 1))).toBe('missing-class');
  });
});

test('refuseLeaks finds one image in two parts', () => {
  const cases = [
    { caseId: '1', patientId: 'x', pixelHashes: ['h'] },
    { caseId: '2', patientId: 'y', pixelHashes: ['h'] },
  ];
  const leaking = new Map([
    ['1', 'train'],
    ['2', 'test'],
  ] as const);
  expect(codeOf(() => finish(refuseLeaks(cases, leaking)))).toBe('split-overlap');
});
