import { type PlaneGeometry, planeAffine, planeNormal, toIndex, toPatient } from '../../domain/geometry.ts';
import type { GreyFrame } from './preprocess.ts';

/** Column and row of one plane in the pixels of another, parallel one: (a c + b r + e, d c + f r + g). */
interface PlaneMap {
  readonly column: readonly [number, number, number];
  readonly row: readonly [number, number, number];
}

/** Offsets below this many pixels come from rounded positions. */
const NEGLIGIBLE = 1e-4;

function mapBetween(from: PlaneGeometry, to: PlaneGeometry): PlaneMap {
  const source = planeAffine(from, planeNormal(from.orientation));
  const target = planeAffine(to, planeNormal(to.orientation));
  const at = (column: number, row: number): readonly [number, number] => {
    const found = toIndex(target, toPatient(source, [column, row, 0]));
    if (!found) throw new Error('a plane without extent');
    return [found[0], found[1]];
  };
  const [origin, alongColumns, alongRows] = [at(0, 0), at(1, 0), at(0, 1)];
  const axis = (i: 0 | 1) => [alongColumns[i] - origin[i], alongRows[i] - origin[i], origin[i]] as const;
  return { column: axis(0), row: axis(1) };
}

function isIdentity({ column, row }: PlaneMap): boolean {
  const off = [column[0] - 1, column[1], column[2], row[0], row[1] - 1, row[2]];
  return off.every((value) => Math.abs(value) < NEGLIGIBLE);
}

/** Between the four pixels around a place; NaN outside, and beside padding. */
function bilinear({ values, rows, columns }: GreyFrame, column: number, row: number): number {
  const [nearColumn, nearRow] = [Math.round(column), Math.round(row)];
  const x = Math.abs(column - nearColumn) < NEGLIGIBLE ? nearColumn : column;
  const y = Math.abs(row - nearRow) < NEGLIGIBLE ? nearRow : row;
  if (!(x >= 0 && y >= 0 && x <= columns - 1 && y <= rows - 1)) return Number.NaN;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - left, y - top];
  let sum = 0;
  for (const [r, share] of [
    [top, 1 - dy],
    [top + 1, dy],
  ] as const)
    for (const [c, part] of [
      [left, 1 - dx],
      [left + 1, dx],
    ] as const)
      if (share > 0 && part > 0) sum += share * part * (values[r * columns + c] ?? Number.NaN);
  return sum;
}

function sampled(frame: GreyFrame, reference: GreyFrame): ArrayLike<number> {
  if (!frame.plane || !reference.plane) throw new Error('a frame without a place in the patient');
  const { column, row } = mapBetween(reference.plane, frame.plane);
  const isSame = frame.rows === reference.rows && frame.columns === reference.columns;
  if (isSame && isIdentity({ column, row })) return frame.values;
  const out = new Float64Array(reference.rows * reference.columns);
  for (let r = 0; r < reference.rows; r++)
    for (let c = 0; c < reference.columns; c++) {
      const [x, y] = [column[0] * c + column[1] * r + column[2], row[0] * c + row[1] * r + row[2]];
      out[r * reference.columns + c] = bilinear(frame, x, y);
    }
  return out;
}

/**
 * What a channel shows on the pixels of a reference frame: its own values where it lies on the very same pixels, else
 * linearly interpolated in the plane, and between the two neighbours of the plane by their shares. Outside is padding (NaN).
 */
export function ontoPlane(
  reference: GreyFrame,
  parts: readonly { readonly frame: GreyFrame; readonly share: number }[],
): GreyFrame {
  const [first] = parts;
  if (!first) throw new Error('a channel without frames');
  const { rows, columns, pixelSpacing, plane } = reference;
  const grid = { rows, columns, isInverted: first.frame.isInverted, ...(pixelSpacing && { pixelSpacing }), ...(plane && { plane }) }; // biome-ignore format: one value
  const layers = parts.map(({ frame, share }) => ({ values: sampled(frame, reference), share }));
  const [only] = layers;
  if (only && layers.length === 1) return { ...grid, values: only.values };
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < values.length; i++)
    values[i] = layers.reduce((sum, layer) => sum + layer.share * (layer.values[i] ?? Number.NaN), 0);
  return { ...grid, values };
}
