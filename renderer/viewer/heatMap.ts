import type { CamGrid } from '../../main/contract/models.ts';
import type { ColourMap } from '../../main/domain/colourMaps.ts';

/** A CAM at the size of its image: 8-bit steps between `low` and `high` of the raw map. */
export interface HeatMap {
  readonly id: string;
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
  readonly low: number;
  readonly high: number;
  readonly colourMap: ColourMap;
  /** 0..1; 0 hides it. */
  readonly opacity: number;
}

type Grid = {
  readonly rows: number;
  readonly columns: number;
  readonly grid: ArrayLike<number>;
  readonly affinePixels: readonly number[];
};

/** Inverse of the affine part of a row-major 3x3 matrix; undefined where it is singular. */
export function invertAffine(
  m: readonly number[],
): readonly [number, number, number, number, number, number] | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = m;
  const determinant = a * e - b * d;
  if (Math.abs(determinant) < 1e-12) return undefined;
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)];
}

/** Bilinear value at a fractional grid place, clamped to the outer cell centres. */
export function sampleGrid({ rows, columns, grid }: Grid, column: number, row: number): number {
  const x = Math.min(Math.max(column, 0), columns - 1);
  const y = Math.min(Math.max(row, 0), rows - 1);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(x0 + 1, columns - 1), Math.min(y0 + 1, rows - 1)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (c: number, r: number): number => grid[r * columns + c] ?? 0;
  const upper = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
  const lower = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
  return upper * (1 - fy) + lower * fy;
}

/**
 * Spreads the grid over the image it explains: pixel (column, row) takes the bilinear value at its place in the grid,
 * mapped from [low, high] to 0..255. A sequential map starts at 0, so negative evidence is level 0 and not drawn; pixels
 * that the network did not see (beyond half a cell around the grid) take `outside`.
 */
export function resampleCam(
  cam: Grid,
  image: { readonly rows: number; readonly columns: number },
  range: { readonly low: number; readonly high: number },
  outside: number,
): Uint8Array {
  const pixels = new Uint8Array(image.rows * image.columns).fill(outside);
  const inverse = invertAffine(cam.affinePixels);
  if (!inverse || !(range.high > range.low)) return pixels;
  const [a, b, c, d, e, f] = inverse;
  const perLevel = 255 / (range.high - range.low);
  for (let row = 0; row < image.rows; row++) {
    for (let column = 0; column < image.columns; column++) {
      const x = a * column + b * row + c;
      const y = d * column + e * row + f;
      if (x < -0.5 || y < -0.5 || x > cam.columns - 0.5 || y > cam.rows - 0.5) continue;
      const level = Math.round((sampleGrid(cam, x, y) - range.low) * perLevel);
      pixels[row * image.columns + column] = Math.min(255, Math.max(0, level));
    }
  }
  return pixels;
}

/** From 0 to the highest value of the maps shown together; symmetric about 0 for a diverging map. */
export function camRange(grids: readonly Pick<CamGrid, 'grid'>[], isDiverging: boolean): { low: number; high: number } {
  let high = 0;
  let low = 0;
  for (const { grid } of grids) {
    for (const value of grid) {
      if (value > high) high = value;
      if (value < low) low = value;
    }
  }
  if (!isDiverging) return { low: 0, high };
  const reach = Math.max(high, -low);
  return { low: -reach, high: reach };
}

/** The level that means "nothing" and is transparent: the first, of a diverging map the middle. */
export const neutralLevel = (map: ColourMap): number => (map.isDiverging ? 128 : 0);
