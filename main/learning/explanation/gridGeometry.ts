import type { Affine } from '../../domain/geometry.ts';

/** Row-major 3x3 that maps (column, row, 1); pixel and cell centres lie at integers on both sides. */
export type PixelAffine = readonly [number, number, number, number, number, number, number, number, number];

/** First `inner`, then `outer`. */
export function composeAffines(outer: PixelAffine, inner: PixelAffine): PixelAffine {
  const at = (row: number, column: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (outer[3 * row + k] ?? 0) * (inner[3 * k + column] ?? 0), 0);
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

/** Throws where the affine flattens the plane. */
export function invertAffine([a, b, c, d, e, f]: PixelAffine): PixelAffine {
  const determinant = a * e - b * d;
  if (Math.abs(determinant) < 1e-12) throw new Error('a pixel affine has no inverse');
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f), 0, 0, 1];
}

/** (column, row) through the affine. */
export function applyAffine(
  [a, b, c, d, e, f]: PixelAffine,
  column: number,
  row: number,
): [column: number, row: number] {
  return [a * column + b * row + c, d * column + e * row + f];
}

/** Where a grid's cells lie on the network's input, along one axis: centre of cell i = start + i * step. */
export interface AxisLattice {
  readonly start: number;
  readonly step: number;
}

/** Grid (column, row) -> network input (column, row). */
export function latticeAffine(column: AxisLattice, row: AxisLattice): PixelAffine {
  return [column.step, 0, column.start, 0, row.step, row.start, 0, 0, 1];
}

/** Cells that tile `length` pixels evenly: the centre of cell i is (i + 1/2) * length / cells - 1/2. */
export function tiledLattice(length: number, cells: number): AxisLattice {
  const step = length / cells;
  return { start: (step - 1) / 2, step };
}

/** Grid (column, row) -> source pixel (column, row): through the network's input, by the inverse of its preprocessing. */
export function gridToPixelAffine(gridToNetwork: PixelAffine, networkToSource: PixelAffine): PixelAffine {
  return composeAffines(networkToSource, gridToNetwork);
}

/**
 * Grid (column, row, 0, 1) -> patient LPS mm, row-major 4x4, for a grid on frame `slice` of a stack. The third column is
 * the stack's own step between slices.
 */
export function gridToPatientAffine(gridToPixel: PixelAffine, imageAffine: Affine, slice: number): number[] {
  const [a, b, c, d, e, f] = gridToPixel;
  return imageAffine.flatMap(([x, y, z, origin], row) =>
    row === 3 ? [0, 0, 0, 1] : [x * a + y * d, x * b + y * e, z, x * c + y * f + z * slice + origin],
  );
}
