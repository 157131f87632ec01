import type { Grid } from './classActivation.ts';
import { applyAffine, invertAffine, type PixelAffine } from './gridGeometry.ts';

/** Bilinear value at fractional (column, row), cell centres at integers; beyond the outer centres the edge cell's value. */
export function sampleGrid(grid: Grid, column: number, row: number): number {
  const clamp = (value: number, length: number) => Math.min(Math.max(value, 0), length - 1);
  const [x, y] = [clamp(column, grid.columns), clamp(row, grid.rows)];
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(x0 + 1, grid.columns - 1), Math.min(y0 + 1, grid.rows - 1)];
  const at = (r: number, c: number) => grid.values[r * grid.columns + c] ?? 0;
  const upper = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * (x - x0);
  const lower = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * (x - x0);
  return upper + (lower - upper) * (y - y0);
}

/** The part of the source that the network saw: its square input and how it lies on the source. */
export interface FieldOfView {
  readonly rows: number;
  readonly columns: number;
  readonly networkToSource: PixelAffine;
}

/**
 * The grid on every source pixel, row-major `rows` x `columns`, bilinear between cell centres. NaN where the pixel's
 * centre lies outside the network's input (a crop), for there the map says nothing.
 */
export function gridOnImage(
  grid: Grid,
  gridToPixel: PixelAffine,
  image: { readonly rows: number; readonly columns: number },
  view?: FieldOfView,
): Float32Array {
  const pixelToGrid = invertAffine(gridToPixel);
  const sourceToNetwork = view && invertAffine(view.networkToSource);
  const isSeen = (column: number, row: number) => {
    if (!view || !sourceToNetwork) return true;
    const [x, y] = applyAffine(sourceToNetwork, column, row);
    const slack = 1e-6;
    const inside = (value: number, length: number) => value >= -0.5 - slack && value <= length - 0.5 + slack;
    return inside(x, view.columns) && inside(y, view.rows);
  };
  return Float32Array.from({ length: image.rows * image.columns }, (_, i) => {
    const [column, row] = [i % image.columns, Math.floor(i / image.columns)];
    return isSeen(column, row) ? sampleGrid(grid, ...applyAffine(pixelToGrid, column, row)) : Number.NaN;
  });
}

/** (column, row) of the largest value. */
export function peakOf(grid: Grid): { readonly column: number; readonly row: number; readonly value: number } {
  let best = 0;
  grid.values.forEach((value, i) => {
    if (value > (grid.values[best] ?? Number.NEGATIVE_INFINITY)) best = i;
  });
  return { column: best % grid.columns, row: Math.floor(best / grid.columns), value: grid.values[best] ?? 0 };
}
