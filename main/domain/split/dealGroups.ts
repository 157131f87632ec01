import { randomStream, shuffled } from '../random.ts';
import type { PatientGroup } from './linkPatients.ts';
import { strataOfCase } from './splitCase.ts';

/** How many random deals compete; the one whose parts resemble the whole most closely is taken. */
const DEALS = 50;

/** Patients with the same classes lie together and in random order, so that dealing spreads every class evenly. */
function orderedByStratum(groups: readonly PatientGroup[], seed: number, deal: number): PatientGroup[] {
  const strata = new Map<string, PatientGroup[]>();
  for (const group of groups) {
    const key = JSON.stringify(group.strata);
    const known = strata.get(key);
    if (known) known.push(group);
    else strata.set(key, [group]);
  }
  const keys = shuffled([...strata.keys()].sort(), seed, 'strata', deal);
  return keys.flatMap((key) => shuffled(strata.get(key) ?? [], seed, 'deal', deal, key));
}

/** Gives each group to the part that is furthest behind its fraction: every stretch of the list is split alike. */
function dealOnce(groups: readonly PatientGroup[], fractions: readonly number[], seed: number, deal: number) {
  const parts = fractions.map((): PatientGroup[] => []);
  const next = randomStream(seed, 'start', deal);
  const behind = fractions.map((fraction) => (fraction === 0 ? Number.NEGATIVE_INFINITY : (next() - 0.5) * fraction));
  for (const group of orderedByStratum(groups, seed, deal)) {
    fractions.forEach((fraction, part) => {
      behind[part] = (behind[part] ?? 0) + fraction;
    });
    const chosen = behind.indexOf(Math.max(...behind));
    behind[chosen] = (behind[chosen] ?? 0) - 1;
    parts[chosen]?.push(group);
  }
  return parts;
}

const withClass = (groups: readonly PatientGroup[], name: string) => groups.filter((g) => g.strata.includes(name));

/** Moves one patient of a class into each part that lacks it, from the part that has most of that class. */
function fillGaps(parts: PatientGroup[][], fractions: readonly number[], classes: readonly string[]): void {
  for (const name of classes) {
    parts.forEach((part, i) => {
      if (fractions[i] === 0 || withClass(part, name).length > 0) return;
      const donor = parts.reduce((a, b) => (withClass(b, name).length > withClass(a, name).length ? b : a));
      const [given] = withClass(donor, name).sort((a, b) => a.strata.length - b.strata.length);
      if (!given || withClass(donor, name).length < 2) return;
      donor.splice(donor.indexOf(given), 1);
      part.push(given);
    });
  }
}

/** Squared distance of each part's share of patients and cases, in all and per class, from its fraction. */
function imbalance(parts: readonly PatientGroup[][], fractions: readonly number[], classes: readonly string[]): number {
  const tallies = parts.map((part) => [
    part.length,
    part.reduce((sum, g) => sum + g.cases.length, 0),
    ...classes.map((name) => withClass(part, name).length),
    ...classes.map((name) =>
      part.reduce((sum, g) => sum + g.cases.filter((c) => strataOfCase(c).includes(name)).length, 0),
    ),
  ]);
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
export function dealGroups(
  groups: readonly PatientGroup[],
  fractions: readonly number[],
  seed: number,
): PatientGroup[][] {
  const classes = [...new Set(groups.flatMap((g) => g.strata))].sort();
  let best: PatientGroup[][] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let deal = 0; deal < DEALS; deal++) {
    const parts = dealOnce(groups, fractions, seed, deal);
    fillGaps(parts, fractions, classes);
    const distance = imbalance(parts, fractions, classes);
    if (distance >= least) continue;
    best = parts;
    least = distance;
  }
  return best;
}
