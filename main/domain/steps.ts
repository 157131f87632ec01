/**
 * Long computations in steps of about a millisecond: at each `yield` whoever runs them may do something else first. Without
 * that, `finish` runs them to their end at once.
 */
export type Steps<T> = Generator<void, T, void>;

export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Items that are looked at in one step. */
const itemsPerStep = 500;

export function* mapInSteps<T, U>(items: readonly T[], map: (item: T, index: number) => U): Steps<U[]> {
  const mapped: U[] = [];
  for (const [i, item] of items.entries()) {
    mapped.push(map(item, i));
    if (i % itemsPerStep === itemsPerStep - 1) yield;
  }
  return mapped;
}

export function* forEachInSteps<T>(items: readonly T[], act: (item: T, index: number) => void): Steps<void> {
  for (const [i, item] of items.entries()) {
    act(item, i);
    if (i % itemsPerStep === itemsPerStep - 1) yield;
  }
}

/** As `Map.groupBy`. */
export function* groupInSteps<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Steps<Map<K, T[]>> {
  const groups = new Map<K, T[]>();
  let i = 0;
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known) known.push(item);
    else groups.set(key, [item]);
    i += 1;
    if (i % itemsPerStep === 0) yield;
  }
  return groups;
}

/** Sorted by a comparison, as `toSorted`: runs of items, then pairs of them merged. */
export function* sortInSteps<T>(items: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += itemsPerStep) {
    runs.push(items.slice(start, start + itemsPerStep).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(yield* mergeInSteps(runs[i] ?? [], runs[i + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergeInSteps<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    // Equal items keep their order.
    const isLeft = j >= b.length || (i < a.length && compare(left as T, right as T) <= 0);
    merged.push((isLeft ? left : right) as T);
    if (isLeft) i += 1;
    else j += 1;
    if (merged.length % itemsPerStep === 0) yield;
  }
  return merged;
}
