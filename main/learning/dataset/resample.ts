/**
 * Separable resampling by exact area overlap. An output pixel averages the stretch of source pixels it covers; when
 * enlarging, its stretch is one source pixel wide, which is linear interpolation. So one rule serves both, without
 * aliasing and without a half-pixel shift. Pixel centres lie at integers on both sides.
 */

/** output u -> source x = offset + u * scale, along one axis; `scale` is source pixels per output pixel. */
export interface AxisMap {
  readonly scale: number;
  readonly offset: number;
}

/** The source pixels `start`, `start + 1`, ... of one output pixel with weights of sum 1; none where it lies outside. */
interface Tap {
  readonly start: number;
  readonly weights: Float64Array;
}

const nothing: Tap = { start: 0, weights: new Float64Array(0) };

function tapAt(centre: number, width: number, sourceLength: number): Tap {
  if (centre < -0.5 || centre > sourceLength - 0.5) return nothing;
  const low = Math.max(centre - width / 2, -0.5);
  const high = Math.min(centre + width / 2, sourceLength - 0.5);
  const start = Math.min(Math.max(Math.floor(low + 0.5), 0), sourceLength - 1);
  const end = Math.min(Math.max(Math.ceil(high - 0.5), start), sourceLength - 1);
  const overlap = (pixel: number) => Math.min(high, pixel + 0.5) - Math.max(low, pixel - 0.5);
  const weights = Float64Array.from({ length: end - start + 1 }, (_, i) => Math.max(0, overlap(start + i)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { start, weights: weights.map((weight) => weight / total) };
}

/** Weights of each of `outputLength` pixels; a pixel whose centre is outside the source has none. */
export function axisTaps(map: AxisMap, outputLength: number, sourceLength: number): readonly Tap[] {
  const width = Math.max(1, map.scale);
  return Array.from({ length: outputLength }, (_, u) => tapAt(map.offset + u * map.scale, width, sourceLength));
}

export interface SourceGrid {
  readonly rows: number;
  readonly columns: number;
  /** Grey of one source pixel, row-major index. */
  readonly valueAt: (index: number) => number;
}

/** Resamples to `size` x `size`, row-major; pixels outside the source are `outside`. */
export function resample(
  source: SourceGrid,
  columnMap: AxisMap,
  rowMap: AxisMap,
  size: number,
  outside: number,
): Float64Array {
  const columnTaps = axisTaps(columnMap, size, source.columns);
  const rowTaps = axisTaps(rowMap, size, source.rows);
  const shrunkRows = new Map<number, Float64Array>();
  const shrunkRow = (row: number): Float64Array => {
    const known = shrunkRows.get(row);
    if (known) return known;
    const made = Float64Array.from(columnTaps, ({ start, weights }) => {
      let sum = 0;
      weights.forEach((weight, i) => {
        sum += weight * source.valueAt(row * source.columns + start + i);
      });
      return sum;
    });
    shrunkRows.set(row, made);
    return made;
  };
  const out = new Float64Array(size * size).fill(outside);
  rowTaps.forEach(({ start, weights }, v) => {
    if (weights.length === 0) return;
    for (const row of shrunkRows.keys()) if (row < start) shrunkRows.delete(row);
    columnTaps.forEach((columnTap, u) => {
      if (columnTap.weights.length === 0) return;
      let sum = 0;
      weights.forEach((weight, i) => {
        sum += weight * (shrunkRow(start + i)[u] ?? 0);
      });
      out[v * size + u] = sum;
    });
  });
  return out;
}
