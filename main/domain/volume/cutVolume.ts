import {
  add,
  columnDirection,
  type PatientPoint,
  planeNormal,
  rowDirection,
  scale,
  subtract,
  toIndex,
  type Vector3,
} from '../geometry.ts';
import type { Cut, CutPixels, Projection } from './cut.ts';
import { cutCoarse } from './cutCoarse.ts';
import type { ImagePlane } from './imagePlane.ts';
import { acquiredBefore, type SlicePlaces, slicePlaces } from './slicePlaces.ts';
import type { Volume } from './volume.ts';

/**
 * Samples a volume on a plane by trilinear interpolation, so that any affine is honoured. Between the slices of a sheared
 * stack (gantry tilt) the interpolation runs along their normal, each slice moved back by its share of the shear, and not
 * along the slanted axis, which would smear edges; uneven distances count as they are. Voxels reach half a step beyond their centres; a slab counts only samples inside the volume.
 */
export function cutVolume(volume: Volume, cut: Cut): CutPixels {
  const { plane, coarseness } = cut;
  const steps = indexSteps(volume, plane);
  const places = slicePlaces(volume);
  if (coarseness > 1) return cutCoarse(volume, cut, steps, sampleDepths(cut), places);
  const { origin, across, down, deep } = steps;
  const pixels =
    volume.voxels instanceof Int16Array
      ? new Int16Array(plane.rows * plane.columns)
      : new Uint16Array(plane.rows * plane.columns);
  const depths = sampleDepths(cut);
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < plane.rows; row++) {
    for (let column = 0; column < plane.columns; column++) {
      const c = origin[0] + across[0] * column + down[0] * row;
      const r = origin[1] + across[1] * column + down[1] * row;
      const s = origin[2] + across[2] * column + down[2] * row;
      const value = projected(volume, places, c, r, s, deep, depths, cut.projection);
      const isInside = !Number.isNaN(value);
      const stored = isInside ? Math.round(value) : cut.background;
      if (stored < minimum) minimum = stored;
      if (stored > maximum) maximum = stored;
      pixels[row * plane.columns + column] = stored;
    }
  }
  return { pixels, minimum, maximum };
}

/** Index-space origin and steps: one pixel to the right, one down, one mm along the normal. */
function indexSteps({ affine }: Volume, plane: ImagePlane) {
  const [rowMm, columnMm] = plane.pixelSpacing;
  const at = (point: PatientPoint): Vector3 => {
    const index = toIndex(affine, point);
    if (!index) throw new Error('a volume with a flat grid');
    return [index[0], index[1], index[2]];
  };
  const origin = at(plane.position);
  const step = (direction: Vector3, mm: number): Vector3 =>
    subtract(at(add(plane.position, scale(direction, mm))), origin);
  return {
    origin,
    across: step(rowDirection(plane.orientation), columnMm),
    down: step(columnDirection(plane.orientation), rowMm),
    deep: step(planeNormal(plane.orientation), 1),
  };
}

/** mm before and behind the plane at which a slab is sampled; evenly, both faces included. */
function sampleDepths({ thicknessMm, sampleMm }: Cut): Float64Array {
  if (thicknessMm <= 0) return new Float64Array(1);
  const intervals = Math.max(1, Math.ceil(thicknessMm / sampleMm));
  return Float64Array.from({ length: intervals + 1 }, (_, i) => (i / intervals - 0.5) * thicknessMm);
}

/** Not a number where no sample lies inside. */
function projected(
  volume: Volume,
  places: SlicePlaces | undefined,
  column: number,
  row: number,
  slice: number,
  deep: Vector3,
  depths: Float64Array,
  projection: Projection,
): number {
  let [result, count] = [Number.NaN, 0];
  for (let k = 0; k < depths.length; k++) {
    const mm = depths[k] ?? 0;
    const value = sample(volume, places, column + deep[0] * mm, row + deep[1] * mm, slice + deep[2] * mm);
    if (Number.isNaN(value)) continue;
    count += 1;
    if (count === 1) result = value;
    else if (projection === 'maximum') result = value > result ? value : result;
    else if (projection === 'minimum') result = value < result ? value : result;
    else result += value;
  }
  return projection === 'mean' && count > 1 ? result / count : result;
}

/** Trilinear interpolation; not a number outside of the voxels. The outer half voxel repeats its centre. */
function sample(volume: Volume, places: SlicePlaces | undefined, column: number, row: number, slice: number): number {
  const { voxels, columns, rows, slices } = volume;
  const edge = 0.5 + 1e-6;
  if (column < -edge || row < -edge || slice < -edge) return Number.NaN;
  if (column > columns - 1 + edge || row > rows - 1 + edge || slice > slices - 1 + edge) return Number.NaN;
  if (places) return samplePlaced(volume, places, column, row, slice);
  const c = column < 0 ? 0 : column > columns - 1 ? columns - 1 : column;
  const r = row < 0 ? 0 : row > rows - 1 ? rows - 1 : row;
  const s = slice < 0 ? 0 : slice > slices - 1 ? slices - 1 : slice;
  const c0 = Math.floor(c);
  const r0 = Math.floor(r);
  const s0 = Math.floor(s);
  const fc = c - c0;
  const fr = r - r0;
  const fs = s - s0;
  const right = c0 + 1 < columns ? 1 : 0;
  const down = r0 + 1 < rows ? columns : 0;
  const deep = s0 + 1 < slices ? columns * rows : 0;
  const at = (s0 * rows + r0) * columns + c0;
  const near = bilinear(voxels, at, right, down, fc, fr);
  if (fs === 0) return near;
  return near + (bilinear(voxels, at + deep, right, down, fc, fr) - near) * fs;
}

/**
 * A point of index space lies at other columns and rows in each slice of a sheared stack, seen along the normal, and
 * between the two acquired slices beside it, however far apart these are.
 */
function samplePlaced(volume: Volume, places: SlicePlaces, column: number, row: number, slice: number): number {
  const { columns, rows, uneven } = places;
  const s = Math.min(volume.slices - 1, Math.max(0, slice));
  const k = uneven ? acquiredBefore(uneven, s) : Math.floor(s);
  const [from, to] = uneven ? [uneven.at[k] ?? 0, uneven.at[k + 1] ?? 1] : [k, k + 1];
  const near = sampleSlice(volume, k, column + (slice - from) * columns, row + (slice - from) * rows);
  if (s === from) return near;
  const far = sampleSlice(volume, k + 1, column + (slice - to) * columns, row + (slice - to) * rows);
  return near + ((far - near) * (s - from)) / (to - from);
}

function sampleSlice({ voxels, columns, rows }: Volume, slice: number, column: number, row: number): number {
  const c = Math.min(columns - 1, Math.max(0, column));
  const r = Math.min(rows - 1, Math.max(0, row));
  const c0 = Math.floor(c);
  const r0 = Math.floor(r);
  const at = (slice * rows + r0) * columns + c0;
  return bilinear(voxels, at, c0 + 1 < columns ? 1 : 0, r0 + 1 < rows ? columns : 0, c - c0, r - r0);
}

function bilinear(
  voxels: Int16Array | Uint16Array,
  at: number,
  right: number,
  down: number,
  fc: number,
  fr: number,
): number {
  const a = voxels[at] ?? 0;
  const b = voxels[at + right] ?? 0;
  const c = voxels[at + down] ?? 0;
  const d = voxels[at + down + right] ?? 0;
  const upper = a + (b - a) * fc;
  return upper + (c + (d - c) * fc - upper) * fr;
}
