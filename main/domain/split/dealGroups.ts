import { randomStream, shuffled } from '../random.ts';
import { finish, forEachInSteps, groupInSteps, mapInSteps, type Steps } from '../steps.ts';
import type { PatientGroup } from './linkPatients.ts';
import { strataOfCase } from './splitCase.ts';

/** How many random deals compete; the one whose parts resemble the whole most closely is taken. */
const DEALS = 50;

/** Groups with the same classes, by these, in the order of their names. */
type Strata = ReadonlyMap<string, readonly PatientGroup[]>;

function* strataOf(groups: readonly PatientGroup[]): Steps<Strata> {
  const strata = yield* groupInSteps(groups, (group) => JSON.stringify(group.strata));
  return new Map([...strata].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Patients with the same classes lie together and in random order, so that dealing spreads every class evenly. */
function orderedByStratum(strata: Strata, seed: number, deal: number): PatientGroup[] {
  const keys = shuffled([...strata.keys()], seed, 'strata', deal);
  return keys.flatMap((key) => shuffled(strata.get(key) ?? [], seed, 'deal', deal, key));
}

/** Gives each group to the part that is furthest behind its fraction: every stretch of the list is split alike. */
function* dealOnce(
  ordered: readonly PatientGroup[],
  fractions: readonly number[],
  seed: number,
  deal: number,
): Steps<PatientGroup[][]> {
  const parts = fractions.map((): PatientGroup[] => []);
  const next = randomStream(seed, 'start', deal);
  const behind = fractions.map((fraction) => (fraction === 0 ? Number.NEGATIVE_INFINITY : (next() - 0.5) * fraction));
  yield* forEachInSteps(ordered, (group) => {
    fractions.forEach((fraction, part) => {
      behind[part] = (behind[part] ?? 0) + fraction;
    });
    const chosen = behind.indexOf(Math.max(...behind));
    behind[chosen] = (behind[chosen] ?? 0) - 1;
    parts[chosen]?.push(group);
  });
  return parts;
}

const withClass = (groups: readonly PatientGroup[], name: string) => groups.filter((g) => g.strata.includes(name));

/** Moves one patient of a class into each part that lacks it, from the part that has most of that class. */
function fillGaps(parts: PatientGroup[][], fractions: readonly number[], classes: readonly string[]): void {
  for (const name of classes) {
    parts.forEach((part, i) => {
      if (fractions[i] === 0 || part.some((g) => g.strata.includes(name))) return;
      const donor = parts.reduce((a, b) => (withClass(b, name).length > withClass(a, name).length ? b : a));
      const [given] = withClass(donor, name).sort((a, b) => a.strata.length - b.strata.length);
      if (!given || withClass(donor, name).length < 2) return;
      donor.splice(donor.indexOf(given), 1);
      part.push(given);
    });
  }
}

/** What a group counts for: patients, cases, then patients and then cases of each class. */
type Tally = readonly number[];

function tallyOf(group: PatientGroup, classes: readonly string[]): Tally {
  const cases = new Map<string, number>();
  for (const name of group.cases.flatMap(strataOfCase)) cases.set(name, (cases.get(name) ?? 0) + 1);
  return [
    1,
    group.cases.length,
    ...classes.map((name) => Number(group.strata.includes(name))),
    ...classes.map((name) => cases.get(name) ?? 0),
  ];
}

function sumOf(part: readonly PatientGroup[], tallies: ReadonlyMap<PatientGroup, Tally>, kinds: number): number[] {
  const sum = new Array<number>(kinds).fill(0);
  for (const group of part) {
    const tally = tallies.get(group) ?? [];
    for (let kind = 0; kind < kinds; kind++) sum[kind] = (sum[kind] ?? 0) + (tally[kind] ?? 0);
  }
  return sum;
}

/** Squared distance of each part's share of patients and cases, in all and per class, from its fraction. */
function imbalance(tallies: readonly (readonly number[])[], fractions: readonly number[]): number {
  let distance = 0;
  (tallies[0] ?? []).forEach((_, kind) => {
    const total = tallies.reduce((sum, tally) => sum + (tally[kind] ?? 0), 0);
    tallies.forEach((tally, part) => {
      const count = tally[kind] ?? 0;
      const isGap = kind >= 2 && count === 0 && total > 0 && fractions[part] !== 0;
      distance += (count / Math.max(1, total) - (fractions[part] ?? 0)) ** 2 + Number(isGap);
    });
  });
  return distance;
}

/**
 * Deals patient groups into parts of the given fractions (sum 1), the same share of every class to each as nearly as
 * whole patients allow: the best balanced of 50 seeded random deals. A part with fraction 0 stays empty.
 */
export function* dealGroupsInSteps(
  groups: readonly PatientGroup[],
  fractions: readonly number[],
  seed: number,
): Steps<PatientGroup[][]> {
  const classes = [...new Set(groups.flatMap((g) => g.strata))].sort();
  const strata = yield* strataOf(groups);
  const tallies = new Map(yield* mapInSteps(groups, (group) => [group, tallyOf(group, classes)] as const));
  let best: PatientGroup[][] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let deal = 0; deal < DEALS; deal++) {
    const parts = yield* dealOnce(orderedByStratum(strata, seed, deal), fractions, seed, deal);
    yield;
    fillGaps(parts, fractions, classes);
    yield;
    const sums = parts.map((part) => sumOf(part, tallies, 2 + 2 * classes.length));
    const distance = imbalance(sums, fractions);
    if (distance >= least) continue;
    best = parts;
    least = distance;
  }
  return best;
}

export const dealGroups = (groups: readonly PatientGroup[], fractions: readonly number[], seed: number) =>
  finish(dealGroupsInSteps(groups, fractions, seed));
