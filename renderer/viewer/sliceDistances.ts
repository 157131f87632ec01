import type { FrameRef, StackDetail } from '../../main/contract/images.ts';

const placesOf = ({ frames }: StackDetail): number[] => [
  ...new Set(frames.flatMap(({ slicePositionMm }) => slicePositionMm ?? [])),
];

/** Smallest and largest mm from one slice to the next; undefined for fewer than two. */
export function sliceDistances(stack: StackDetail): { readonly least: number; readonly most: number } | undefined {
  const places = placesOf(stack);
  const gaps = places.slice(1).map((mm, i) => mm - (places[i] ?? 0));
  return gaps.length === 0 ? undefined : { least: Math.min(...gaps), most: Math.max(...gaps) };
}

/** mm beside a frame that belong to it: half way to its neighbour, on the farther side; without neighbours half its thickness. */
export function sliceReach(stack: StackDetail, frame: FrameRef): number {
  const alone = (stack.sliceSpacingMm ?? stack.sliceThicknessMm ?? 1) / 2;
  if (stack.sliceSpacingMm !== undefined || frame.slicePositionMm === undefined) return alone;
  const places = placesOf(stack);
  const at = places.indexOf(frame.slicePositionMm);
  const gaps = [at - 1, at + 1].flatMap((i) => {
    const other = places[i];
    return other === undefined ? [] : [Math.abs(other - (frame.slicePositionMm ?? 0))];
  });
  return gaps.length === 0 ? alone : Math.max(...gaps) / 2;
}
