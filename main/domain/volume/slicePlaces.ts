import { type Shear, shearOf } from './shear.ts';
import type { VolumeShape } from './volume.ts';

/** Acquired slices at uneven distances. */
export interface UnevenSlices {
  /** In slices of the grid, ascending. */
  readonly at: Float64Array;
  /** By slice of the grid: the last acquired one at or before it. */
  readonly before: Int32Array;
}

/** How acquired slices lie where they are not straight above each other at even distances. */
export interface SlicePlaces extends Shear {
  readonly uneven: UnevenSlices | undefined;
}

/** Undefined for a straight stack with even distances. */
export function slicePlaces(shape: VolumeShape): SlicePlaces | undefined {
  const shear = shearOf(shape);
  const uneven = unevenOf(shape);
  return shear || uneven ? { columns: shear?.columns ?? 0, rows: shear?.rows ?? 0, uneven } : undefined;
}

function unevenOf({ sliceAt, slices }: VolumeShape): UnevenSlices | undefined {
  if (!sliceAt || sliceAt.length < 2) return undefined;
  const at = Float64Array.from(sliceAt);
  const before = new Int32Array(slices);
  let k = 0;
  for (let slice = 0; slice < slices; slice++) {
    while ((at[k + 1] ?? Number.POSITIVE_INFINITY) <= slice) k++;
    before[slice] = k;
  }
  return { at, before };
}

/** The acquired slice at or before a place of the grid (0 to slices - 1), never the last one, so that one follows. */
export function acquiredBefore({ at, before }: UnevenSlices, slice: number): number {
  let k = before[Math.floor(slice)] ?? 0;
  while ((at[k + 1] ?? Number.POSITIVE_INFINITY) <= slice) k++;
  return k < at.length - 1 ? k : at.length - 2;
}

/** The acquired slice nearest to a place of the grid. */
export function acquiredNear(uneven: UnevenSlices, slice: number): number {
  const last = uneven.before.length - 1;
  const k = acquiredBefore(uneven, slice < 0 ? 0 : slice > last ? last : slice);
  return slice - (uneven.at[k] ?? 0) < (uneven.at[k + 1] ?? 0) - slice ? k : k + 1;
}
