import type { Affine } from './drawAugmentation.ts';
import type { DisplacementField } from './elasticField.ts';

function levelAt(levels: Uint16Array, size: number, column: number, row: number): number {
  return column < 0 || row < 0 || column >= size || row >= size ? 0 : (levels[row * size + column] ?? 0);
}

function interpolate(levels: Uint16Array, size: number, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const right = x - column;
  const below = y - row;
  const top = levelAt(levels, size, column, row) * (1 - right) + levelAt(levels, size, column + 1, row) * right;
  if (below === 0) return top;
  const bottom =
    levelAt(levels, size, column, row + 1) * (1 - right) + levelAt(levels, size, column + 1, row + 1) * right;
  return top * (1 - below) + bottom * below;
}

/**
 * The picture through an affine map and, before it, a displacement of each pixel: both together sampled once by bilinear
 * interpolation, so that nothing is softened twice. Black outside. Levels of a square of `size`, row-major.
 */
export function warpLevels(
  levels: Uint16Array,
  size: number,
  [a, b, c, d, e, f]: Affine,
  field?: DisplacementField,
): Float64Array {
  const out = new Float64Array(size * size);
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const i = v * size + u;
      const x = field ? u + (field.columns[i] ?? 0) : u;
      const y = field ? v + (field.rows[i] ?? 0) : v;
      out[i] = interpolate(levels, size, a * x + b * y + c, d * x + e * y + f);
    }
  }
  return out;
}
