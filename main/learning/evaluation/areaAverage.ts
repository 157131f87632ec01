/** For one axis: source indices and their shares of each target cell, which need not be whole pixels. */
function overlaps(from: number, to: number): { readonly index: number; readonly share: number }[][] {
  const size = from / to;
  return Array.from({ length: to }, (_, cell) => {
    const [begin, end] = [cell * size, (cell + 1) * size];
    const covered: { index: number; share: number }[] = [];
    for (let index = Math.floor(begin); index < Math.min(from, Math.ceil(end - 1e-9)); index++) {
      const share = (Math.min(end, index + 1) - Math.max(begin, index)) / size;
      if (share > 0) covered.push({ index, share });
    }
    return covered;
  });
}

/**
 * Images [n, channels, height, width] averaged over channels and, exactly by area, down to at most `side` x `side`
 * pixels; a shorter axis stays as it is. Result [n, rows, columns], C order.
 */
export function areaAverage(
  tensors: ArrayLike<number>,
  [n, channels, height, width]: readonly [number, number, number, number],
  side: number,
): Float64Array {
  const rows = overlaps(height, Math.min(side, height));
  const columns = overlaps(width, Math.min(side, width));
  const result = new Float64Array(n * rows.length * columns.length);
  const narrow = new Float64Array(height * columns.length);
  for (let image = 0; image < n; image++) {
    narrow.fill(0);
    for (let channel = 0; channel < channels; channel++) {
      const plane = (image * channels + channel) * height * width;
      for (let y = 0; y < height; y++) {
        columns.forEach((covered, column) => {
          let sum = 0;
          for (const { index, share } of covered) sum += share * (tensors[plane + y * width + index] ?? 0);
          const at = y * columns.length + column;
          narrow[at] = (narrow[at] ?? 0) + sum / channels;
        });
      }
    }
    rows.forEach((covered, row) => {
      const at = (image * rows.length + row) * columns.length;
      for (const { index, share } of covered) {
        for (let c = 0; c < columns.length; c++) {
          result[at + c] = (result[at + c] ?? 0) + share * (narrow[index * columns.length + c] ?? 0);
        }
      }
    });
  }
  return result;
}
