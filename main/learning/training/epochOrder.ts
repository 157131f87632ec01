import { permutation } from '../../domain/random.ts';

/** Steps of an epoch: each case at least once. */
export function stepsPerEpoch(cases: number, batchSize: number): number {
  return Math.ceil(cases / batchSize);
}

/**
 * Cases of an epoch in the order f(seed, fold, epoch), in whole batches: the last one is filled up from the beginning of
 * the order, because batch statistics of a few leftovers would be noise.
 */
export function epochBatches(
  cases: readonly number[],
  batchSize: number,
  place: { readonly seed: number; readonly fold: number; readonly epoch: number },
): number[][] {
  const order = permutation(cases.length, place.seed, 'order', place.fold, place.epoch);
  return Array.from({ length: stepsPerEpoch(cases.length, batchSize) }, (_, step) =>
    Array.from({ length: batchSize }, (_, i) => cases[order[(step * batchSize + i) % cases.length] ?? 0] ?? 0),
  );
}

/** Learning rate of a step (from 0) of `total`: constant, or half a cosine down to almost nothing. */
export function learningRateAt(base: number, schedule: 'constant' | 'cosine', step: number, total: number): number {
  return schedule === 'constant' ? base : (base * (1 + Math.cos((Math.PI * step) / total))) / 2;
}

/** n / (classes x n of the class): each class weighs the same in all. One for each class where weighing is off. */
export function classWeights(classOfCase: readonly number[], classes: number, isOn: boolean): number[] {
  return Array.from({ length: classes }, (_, k) => {
    const members = classOfCase.filter((c) => c === k).length;
    return isOn && members > 0 ? classOfCase.length / (classes * members) : 1;
  });
}
