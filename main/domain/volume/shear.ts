import { type Affine, angleDegrees, cross, dot, normalize, scale, toPatient, type Vector3 } from '../geometry.ts';

/** Slices of equal size at equal distances. */
export interface GridShape {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  /** (column, row, slice, 1) to patient LPS mm. */
  readonly affine: Affine;
}

/** Pixels by which each slice is moved within its plane against the one before, as by a tilted gantry. */
export interface Shear {
  readonly columns: number;
  readonly rows: number;
}

/** Less than this over the whole stack, in pixels, is rounding in ImagePositionPatient. */
const negligiblePixels = 0.01;

const axis = (affine: Affine, i: 0 | 1 | 2): Vector3 => [affine[0][i], affine[1][i], affine[2][i]];

/** Degrees between the axis through the slices and their normal. */
export function shearDegrees({ affine }: GridShape): number {
  const angle = angleDegrees(axis(affine, 2), cross(axis(affine, 0), axis(affine, 1)));
  return Math.min(angle, 180 - angle);
}

/** The shear of a stack; undefined where its slices lie straight above each other. */
export function shearOf({ affine, slices }: GridShape): Shear | undefined {
  const [across, down, step] = [axis(affine, 0), axis(affine, 1), axis(affine, 2)];
  const columns = dot(step, across) / dot(across, across);
  const rows = dot(step, down) / dot(down, down);
  const most = Math.max(Math.abs(columns), Math.abs(rows)) * slices;
  return most > negligiblePixels ? { columns, rows } : undefined;
}

/** A straight grid with the slices' own pixels and distances, wide enough for all of them; `shape` itself where it is straight. */
export function straightGrid(shape: GridShape): GridShape {
  const shear = shearOf(shape);
  if (!shear) return shape;
  const { affine, slices } = shape;
  const [left, right] = reach(shear.columns, slices);
  const [top, bottom] = reach(shear.rows, slices);
  const normal = normalize(cross(axis(affine, 0), axis(affine, 1)));
  const step = scale(normal, dot(normal, axis(affine, 2)));
  const origin = toPatient(affine, [left, top, 0]);
  const row = (r: 0 | 1 | 2) => [affine[r][0], affine[r][1], step[r], origin[r]] as const;
  return {
    columns: shape.columns + right - left,
    rows: shape.rows + bottom - top,
    slices,
    affine: [row(0), row(1), row(2), [0, 0, 0, 1]],
  };
}

/** Whole pixels that slices reach beyond the first one. */
function reach(perSlice: number, slices: number): readonly [before: number, behind: number] {
  const last = perSlice * (slices - 1);
  return [Math.floor(Math.min(0, last)), Math.ceil(Math.max(0, last))];
}

/** Numbers of one plane or volume, row-major. */
type Numbers = { readonly length: number; [index: number]: number };

/**
 * One slice of a sheared stack on the straight grid: moved back within its plane by linear interpolation; nothing is mixed
 * across slices. `out` holds grid.columns x grid.rows; pixels beside the slice become `background`.
 */
export function straightenSlice(
  pixels: Numbers,
  { shape, grid, slice }: { readonly shape: GridShape; readonly grid: GridShape; readonly slice: number },
  { out, background, isRounded }: { readonly out: Numbers; readonly background: number; readonly isRounded: boolean },
): void {
  const shear = shearOf(shape) ?? { columns: 0, rows: 0 };
  const left = reach(shear.columns, shape.slices)[0] - shear.columns * slice;
  const top = reach(shear.rows, shape.slices)[0] - shear.rows * slice;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const value = valueAt(pixels, shape, column + left, row + top);
      const known = Number.isNaN(value) ? background : value;
      out[row * grid.columns + column] = isRounded ? Math.round(known) : known;
    }
  }
}

/** Not a number beyond half a pixel outside; the outer half pixel repeats its centre. */
function valueAt(pixels: Numbers, { columns, rows }: GridShape, column: number, row: number): number {
  const edge = 0.5 + 1e-6;
  if (column < -edge || row < -edge || column > columns - 1 + edge || row > rows - 1 + edge) return Number.NaN;
  const c = Math.min(columns - 1, Math.max(0, column));
  const r = Math.min(rows - 1, Math.max(0, row));
  const c0 = Math.min(Math.floor(c), Math.max(0, columns - 2));
  const r0 = Math.min(Math.floor(r), Math.max(0, rows - 2));
  const at = (x: number, y: number): number => pixels[Math.min(rows - 1, y) * columns + Math.min(columns - 1, x)] ?? 0;
  const upper = at(c0, r0) + (at(c0 + 1, r0) - at(c0, r0)) * (c - c0);
  const lower = at(c0, r0 + 1) + (at(c0 + 1, r0 + 1) - at(c0, r0 + 1)) * (c - c0);
  return upper + (lower - upper) * (r - r0);
}
