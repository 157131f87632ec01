import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldGroups, foldsTestingOnce, testsPerCase } from '../../../../main/domain/split/foldScheme.ts';
import { splitBySite } from '../../../../main/domain/split/splitBySite.ts';
import type { SplitAssignment, SplitCase } from '../../../../main/domain/split/splitCase.ts';
import { countLeaks } from '../../../../main/domain/split/splitChecks.ts';
import { splitIntoFolds, splitNested, splitRepeatedly } from '../../../../main/domain/split/splitIntoFolds.ts';

/** Two cases a patient; every fifth patient has both classes. */
const casesOf = (patients: number): SplitCase[] =>
  Array.from({ length: 2 * patients }, (_, i) => {
    const patient = Math.floor(i / 2);
    const className = patient % 5 === 0 ? (i % 2 === 0 ? 'a' : 'b') : patient % 2 === 0 ? 'a' : 'b';
    return { caseId: `case-${i}`, patientId: `patient-${patient}`, className };
  });

const testedIn = (folds: readonly SplitAssignment[], caseId: string): number[] =>
  folds.flatMap((fold, i) => (fold.get(caseId) === 'test' ? [i] : []));

describe('folds dealt out several times', () => {
  it('test every case once per repeat; the first repeat is the plain folds', () => {
    const cases = casesOf(40);
    const { folds, scheme } = splitRepeatedly(cases, 4, 3, 7);
    expect(scheme).toEqual({ kind: 'repeated', folds: 4, repeats: 3 });
    expect(folds.slice(0, 4)).toEqual(splitIntoFolds(cases, 4, 7).folds);
    expect(folds.slice(4, 8)).not.toEqual(folds.slice(0, 4));
    for (const { caseId } of cases) {
      const repeats = testedIn(folds, caseId).map((fold) => Math.floor(fold / 4));
      expect(repeats).toEqual([0, 1, 2]);
    }
    expect(splitRepeatedly(cases, 4, 1, 7).scheme).toBeUndefined();
  });
});

describe('nested folds', () => {
  it('let every patient outside a fold validate once, and none of the fold itself', () => {
    const cases = casesOf(40);
    const { folds, scheme } = splitNested(cases, 4, 3, 7);
    expect(scheme).toEqual({ kind: 'nested', folds: 4, inner: 3 });
    expect(folds).toHaveLength(12);
    for (const { caseId } of cases) {
      const tested = testedIn(folds, caseId);
      expect(new Set(tested.map((fold) => Math.floor(fold / 3))).size).toBe(1);
      expect(tested).toHaveLength(3);
      for (let outer = 0; outer < 4; outer++) {
        const parts = folds.slice(3 * outer, 3 * outer + 3).map((fold) => fold.get(caseId));
        const isTest = outer === Math.floor((tested[0] ?? 0) / 3);
        expect(parts.filter((part) => part === 'val')).toHaveLength(isTest ? 0 : 1);
      }
    }
  });

  it('never share a patient between parts, whatever the patients', () => {
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 60 }), fc.integer({ min: 0, max: 1000 }), (patients, seed) => {
        const cases = casesOf(patients);
        const all = [...splitNested(cases, 3, 2, seed).folds, ...splitRepeatedly(cases, 3, 2, seed).folds];
        for (const fold of all) expect(countLeaks(cases, fold)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('one site left out', () => {
  const cases = casesOf(60);
  const siteOf = (i: number) => ['Aachen', 'Bonn', 'Celle'][Math.floor(i / 2) % 3] ?? '';
  const sites = new Map(cases.map((c, i) => [c.caseId, siteOf(i)]));

  it('tests one site a fold, in order of names, and learns from the others alone', () => {
    const { folds, scheme, findings } = splitBySite(cases, sites, 'site', 1);
    expect(scheme).toEqual({ kind: 'leave-out', by: 'site', names: ['Aachen', 'Bonn', 'Celle'] });
    folds.forEach((fold, i) => {
      for (const [caseId, part] of fold)
        expect(part === 'test').toBe(sites.get(caseId) === ['Aachen', 'Bonn', 'Celle'][i]);
      expect([...fold.values()]).toContain('val');
    });
    expect(findings.map(({ code }) => code)).not.toContain('several-sites');
  });

  it('keeps a patient of two sites whole, and says so', () => {
    const wandering = new Map(sites).set('case-1', 'Bonn');
    const { folds, findings } = splitBySite(cases, wandering, 'site', 1);
    for (const fold of folds) expect(countLeaks(cases, fold)).toBe(0);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'several-sites', count: 1 }));
  });

  it('tests a site that lacks a class, with a finding; refuses one site alone and a column of names', () => {
    const poor = new Map(cases.map((c, i) => [c.caseId, Math.floor(i / 2) % 10 === 2 ? 'Dresden' : siteOf(i)]));
    expect(splitBySite(cases, poor, 'site', 1).findings).toContainEqual(
      expect.objectContaining({ code: 'site-lacks-class' }),
    );
    const one = new Map(cases.map((c) => [c.caseId, 'Aachen']));
    expect(() => splitBySite(cases, one, 'site', 1)).toThrow(/no other to learn from/);
    const names = new Map(cases.map((c) => [c.caseId, c.patientId]));
    expect(() => splitBySite(cases, names, 'name', 1)).toThrow(/at most 20/);
  });
});

it('groups of folds cover all folds, and those that test once do', () => {
  const repeated = { kind: 'repeated', folds: 4, repeats: 3 } as const;
  const nested = { kind: 'nested', folds: 4, inner: 3 } as const;
  for (const scheme of [repeated, nested, undefined]) {
    const groups = foldGroups(scheme, 12);
    expect(groups.flatMap(({ folds }) => folds).sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
  }
  expect(foldsTestingOnce(repeated, 12)).toEqual([0, 1, 2, 3]);
  expect(foldsTestingOnce(nested, 12)).toEqual([0, 3, 6, 9]);
  expect([repeated, nested, undefined].map(testsPerCase)).toEqual([3, 3, 1]);
});
