import { describe, expect, it } from 'vitest';
import { epochBatches } from '../../../main/learning/training/loop/sampling.ts';
import type { TrainingCases } from '../../../main/learning/training/trainingCases.ts';

/** Ten cases of two classes (7 and 3) from four patients (6, 2, 1 and 1 cases). */
const cases: TrainingCases = {
  train: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  val: [],
  truths: [0, 0, 0, 0, 0, 0, 1, 1, 0, 1],
  patientIds: ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'd'],
  classes: ['no', 'yes'],
};
const place = { seed: 1, fold: 0, epoch: 1 };

const countBy = (
  shown: readonly number[],
  of: (caseIndex: number) => number | string | undefined,
): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(shown, of)].map(([key, members]) => [key, members.length]));

const everyHow = ['shuffled', 'balanced', 'by-patient'] as const;

describe('the cases of an epoch', () => {
  it('come each once, in an order of their own, in whole batches', () => {
    const first = epochBatches('shuffled', cases, 4, place);
    expect(first.map((batch) => batch.length)).toEqual([4, 4, 4]);
    expect(new Set(first.flat())).toEqual(new Set(cases.train));
    expect(first.flat().slice(10)).toEqual(first.flat().slice(0, 2));
  });

  it.each(everyHow)('are a function of seed, fold and epoch: %s', (how) => {
    const first = epochBatches(how, cases, 4, place);
    expect(epochBatches(how, cases, 4, { ...place })).toEqual(first);
    for (const other of [{ seed: 2 }, { fold: 1 }, { epoch: 2 }])
      expect(epochBatches(how, cases, 4, { ...place, ...other })).not.toEqual(first);
    expect(first.flat()).toHaveLength(12);
  });

  it('are of each class equally often, and each case of a class as often as the others', () => {
    const shown = epochBatches('balanced', cases, 5, place).flat();
    expect(countBy(shown, (i) => cases.truths[i])).toEqual({ 0: 5, 1: 5 });
    const rare: number[] = Object.values(
      countBy(
        shown.filter((i) => cases.truths[i] === 1),
        (i) => i,
      ),
    );
    expect(Math.max(...rare) - Math.min(...rare)).toBeLessThanOrEqual(1);
    const seen = new Set(
      Array.from({ length: 8 }, (_, e) => epochBatches('balanced', cases, 5, { ...place, epoch: e })).flat(2),
    );
    expect(seen.size).toBe(10);
  });

  it('are of each patient equally often, whatever a patient brings', () => {
    for (let epoch = 1; epoch <= 5; epoch++) {
      const counts = countBy(
        epochBatches('by-patient', cases, 5, { ...place, epoch }).flat(),
        (i) => cases.patientIds[i],
      );
      expect(Object.values(counts).toSorted((a, b) => a - b)).toEqual([2, 2, 3, 3]);
    }
    const epochs = Array.from({ length: 12 }, (_, e) => epochBatches('by-patient', cases, 5, { ...place, epoch: e }));
    expect(new Set(epochs.flat(2)).size).toBe(10);
  });
});
