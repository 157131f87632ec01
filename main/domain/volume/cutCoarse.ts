import type { Vector3 } from '../geometry.ts';
import type { Cut, CutPixels } from './cut.ts';
import { acquiredNear, type SlicePlaces } from './slicePlaces.ts';
import type { Volume } from './volume.ts';

/** In index space: the first pixel, and the steps to the right, down and one mm deeper. */
interface IndexSteps {
  readonly origin: Vector3;
  readonly across: Vector3;
  readonly down: Vector3;
  readonly deep: Vector3;
}

/**
 * A cut in passing, while something is dragged: one pixel stands for a block of `coarseness` squared, and takes the nearest
 * voxels instead of interpolating. About ten times as quick as the fine one; inside and outside are told as there.
 */
export function cutCoarse(
  volume: Volume,
  { plane, coarseness, projection, background }: Cut,
  { origin, across, down, deep }: IndexSteps,
  depths: Float64Array,
  places: SlicePlaces | undefined,
): CutPixels {
  const { voxels, columns, rows, slices } = volume;
  const size = plane.rows * plane.columns;
  const pixels = voxels instanceof Int16Array ? new Int16Array(size) : new Uint16Array(size);
  const [isMean, isMinimum] = [projection === 'mean', projection === 'minimum'];
  const [leanColumns, leanRows] = [places?.columns ?? 0, places?.rows ?? 0];
  const uneven = places?.uneven;
  // The middle of each block of repeated pixels is sampled, so that a coarse picture is not shifted.
  const middle = (coarseness - 1) / 2;
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < plane.rows; row += coarseness) {
    const top = row * plane.columns;
    for (let column = 0; column < plane.columns; column += coarseness) {
      const [i, j] = [column + middle, row + middle];
      const c0 = origin[0] + across[0] * i + down[0] * j;
      const r0 = origin[1] + across[1] * i + down[1] * j;
      const s0 = origin[2] + across[2] * i + down[2] * j;
      let result = 0;
      let count = 0;
      for (let k = 0; k < depths.length; k++) {
        const mm = depths[k] ?? 0;
        const slice = s0 + deep[2] * mm;
        const inGrid = Math.floor(slice + 0.5);
        if (inGrid < 0 || inGrid >= slices) continue;
        const s = uneven ? acquiredNear(uneven, slice) : inGrid;
        const off = slice - (uneven ? (uneven.at[s] ?? 0) : s);
        const c = Math.floor(c0 + deep[0] * mm + off * leanColumns + 0.5);
        const r = Math.floor(r0 + deep[1] * mm + off * leanRows + 0.5);
        if (c < 0 || r < 0 || c >= columns || r >= rows) continue;
        const value = voxels[(s * rows + r) * columns + c] ?? 0;
        if (count === 0) result = value;
        else if (isMean) result += value;
        else if (isMinimum ? value < result : value > result) result = value;
        count += 1;
      }
      const stored = count === 0 ? background : isMean ? Math.round(result / count) : result;
      if (stored < minimum) minimum = stored;
      if (stored > maximum) maximum = stored;
      const end = Math.min(plane.columns, column + coarseness);
      for (let x = column; x < end; x++) pixels[top + x] = stored;
    }
    const last = Math.min(plane.rows, row + coarseness);
    for (let y = row + 1; y < last; y++) pixels.copyWithin(y * plane.columns, top, top + plane.columns);
  }
  return { pixels, minimum, maximum };
}
