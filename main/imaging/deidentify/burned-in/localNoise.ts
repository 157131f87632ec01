/** Half the side of the neighbourhood whose strokes are the noise of its middle, in pixels. */
const reach = 40;
/** Stronger strokes count as this much: letters must not hide themselves. */
const most = 60;

/**
 * Takes away what does not stand out from the strokes around it: speckle and grain are full of thin bright bits, letters
 * are stronger than those. `factor` times the mean stroke contrast of the neighbourhood is the least that stays.
 */
export function withoutNoise(contrast: Uint8Array, rows: number, columns: number, factor: number): Uint8Array {
  const sums = integral(contrast, rows, columns);
  const width = columns + 1;
  const out = new Uint8Array(contrast.length);
  for (let y = 0; y < rows; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(rows, y + reach + 1)];
    for (let x = 0; x < columns; x++) {
      const value = contrast[y * columns + x] ?? 0;
      if (value === 0) continue;
      const [left, right] = [Math.max(0, x - reach), Math.min(columns, x + reach + 1)];
      const sum =
        (sums[bottom * width + right] ?? 0) -
        (sums[top * width + right] ?? 0) -
        (sums[bottom * width + left] ?? 0) +
        (sums[top * width + left] ?? 0);
      if (value * (bottom - top) * (right - left) >= factor * sum) out[y * columns + x] = value;
    }
  }
  return out;
}

/** Sums of all values above and left of a point, one row and column larger than the picture. */
function integral(values: Uint8Array, rows: number, columns: number): Float64Array {
  const width = columns + 1;
  const sums = new Float64Array(width * (rows + 1));
  for (let y = 0; y < rows; y++) {
    let row = 0;
    for (let x = 0; x < columns; x++) {
      row += Math.min(most, values[y * columns + x] ?? 0);
      sums[(y + 1) * width + x + 1] = (sums[y * width + x + 1] ?? 0) + row;
    }
  }
  return sums;
}
