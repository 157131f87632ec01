/**
 * Which slices of a series stand for it: `count` of them, each in the middle of an equal share of the series; all of
 * them where there are no more. The same for the snapshot, the command line and the window.
 */
export function chooseSlices<T>(frames: readonly T[], count: number): T[] {
  if (frames.length <= count) return [...frames];
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * frames.length) / count)).flatMap(
    (at) => frames[at] ?? [],
  );
}

/** The frames from the first to the last that is marked; none where none is. */
export function markedExtent<T>(frames: readonly T[], isMarked: (frame: T) => boolean): T[] {
  const marked = frames.flatMap((frame, i) => (isMarked(frame) ? [i] : []));
  const [first] = marked;
  return first === undefined ? [] : frames.slice(first, (marked.at(-1) ?? first) + 1);
}
