import type { TrainingConfig } from '../../../contract/training.ts';
import { permutation } from '../../../domain/random.ts';
import type { TrainingCases } from '../trainingCases.ts';

/** What a draw depends on, and nothing else. */
export interface EpochPlace {
  readonly seed: number;
  readonly fold: number;
  readonly epoch: number;
}

/** Batches of an epoch: with plain sampling each case comes at least once. */
export function batchesPerEpoch(cases: number, batchSize: number): number {
  return Math.ceil(cases / batchSize);
}

function grouped(cases: readonly number[], groupOf: (caseIndex: number) => number | string): (readonly number[])[] {
  return [...Map.groupBy(cases, groupOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
}

/**
 * As many draws as there are cases, each group equally often (to within one); within a group each case as often as the
 * others. Which ones come once more changes from epoch to epoch.
 */
function evenly(groups: readonly (readonly number[])[], draws: number, { seed, fold, epoch }: EpochPlace): number[] {
  const first = [...permutation(groups.length, seed, 'groups', fold, epoch)];
  const each = Math.floor(draws / groups.length);
  return first.flatMap((group, rank) => {
    const members = groups[group] ?? [];
    const order = permutation(members.length, seed, 'group', fold, epoch, group);
    const count = each + (rank < draws % groups.length ? 1 : 0);
    return Array.from({ length: count }, (_, i) => members[order[i % members.length] ?? 0] ?? 0);
  });
}

function drawn(how: TrainingConfig['sampling'], cases: TrainingCases, place: EpochPlace): readonly number[] {
  const { train, truths, patientIds } = cases;
  if (how === 'shuffled') return train;
  const groupOf = how === 'balanced' ? (i: number) => truths[i] ?? 0 : (i: number) => patientIds[i] ?? '';
  return evenly(grouped(train, groupOf), train.length, place);
}

/**
 * Cases of an epoch, drawn and ordered as f(seed, fold, epoch), in whole batches: the last one is filled up from the
 * beginning of the order, because batch statistics of a few leftovers would be noise.
 */
export function epochBatches(
  how: TrainingConfig['sampling'],
  cases: TrainingCases,
  batchSize: number,
  place: EpochPlace,
): number[][] {
  const shown = drawn(how, cases, place);
  const order = permutation(shown.length, place.seed, 'order', place.fold, place.epoch);
  return Array.from({ length: batchesPerEpoch(shown.length, batchSize) }, (_, step) =>
    Array.from({ length: batchSize }, (_, i) => shown[order[(step * batchSize + i) % shown.length] ?? 0] ?? 0),
  );
}
