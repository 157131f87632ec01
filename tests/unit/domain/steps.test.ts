import { describe, expect, it } from 'vitest';
import { Slices } from '../../../main/app/timeBox.ts';
import { dealGroups } from '../../../main/domain/split/dealGroups.ts';
import { linkPatients } from '../../../main/domain/split/linkPatients.ts';
import { splitByFractionsInSteps } from '../../../main/domain/split/splitByFractions.ts';
import { finish, groupInSteps, mapInSteps, type Steps, sortInSteps } from '../../../main/domain/steps.ts';

const numbers = Array.from({ length: 2345 }, (_, i) => (i * 7919) % 1009);

/** Places where something else could have had its turn. */
function countSteps(steps: Steps<unknown>): number {
  let count = 0;
  while (!steps.next().done) count += 1;
  return count;
}

/** Works for so many ms. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) Math.hypot(ms, end);
}

const casesOf = (patients: number) =>
  Array.from({ length: patients * 4 }, (_, i) => ({
    caseId: `case-${i}`,
    patientId: `patient-${i % patients}`,
    className: i % 3 === 0 ? 'yes' : 'no',
    pixelHashes: [`hash-${i}`],
  }));

describe('work in steps', () => {
  it('gives what the usual functions give', () => {
    const pairs = numbers.map((value, i) => ({ value, i }));
    const byValue = (a: { value: number }, b: { value: number }) => a.value - b.value;
    expect(finish(sortInSteps(pairs, byValue))).toEqual(pairs.toSorted(byValue));
    expect(finish(sortInSteps([], byValue))).toEqual([]);
    expect(finish(groupInSteps(numbers, (n) => n % 7))).toEqual(Map.groupBy(numbers, (n) => n % 7));
    expect(finish(mapInSteps(numbers, (n, i) => n - i))).toEqual(numbers.map((n, i) => n - i));
  });

  it('stops every 500 items', () => {
    expect(countSteps(mapInSteps(numbers, (n) => n))).toBe(4);
    expect(
      countSteps(splitByFractionsInSteps(casesOf(1000), { train: 0.7, val: 0.15, test: 0.15 }, 1)),
    ).toBeGreaterThan(100);
  });

  it('lets everything else have its turn within a slice, and stops when asked to', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const busy = function* (): Steps<string> {
      for (let i = 0; i < 40; i++) {
        spin(2);
        yield;
      }
      return 'done';
    };
    const slices = new Slices();
    await expect(slices.finish(busy())).resolves.toBe('done');
    clearInterval(timer);
    expect(slices.given).toBeGreaterThan(2);
    expect(turns).toBeGreaterThan(1);
    const ending = new AbortController();
    const stopped = new Slices({ signal: ending.signal }).finish(busy());
    ending.abort();
    await expect(stopped).rejects.toThrow(/abort/i);
  });

  it('deals groups as before it was in steps', () => {
    // Sums of the patients numbers, as the version gave them that dealt at once.
    const groups = linkPatients(casesOf(200));
    const parts = dealGroups(groups, [0.6, 0.2, 0.2], 42);
    expect(parts.map((part) => part.length)).toEqual([120, 40, 40]);
    expect(parts.map((part) => part.reduce((sum, { key }) => sum + Number(key.slice(8)), 0))).toEqual([
      11838, 4088, 3974,
    ]);
  });
});
