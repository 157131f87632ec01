/**
 * The 8 x 8 inverse DCT in integers (Loeffler, Ligtenberg, Moschytz 1989), with the scaling that libjpeg's accurate method
 * uses, so that grey images come out equal to its output. Constants are cosine products times 2^13. All arithmetic is modulo
 * 2^32, which only streams notice that no encoder writes.
 * Columns and rows have a function each, although their sums are the same: one function for both, tried in three ways, took
 * 1.6 times as long.
 */
const constantBits = 13;
const c0298 = 2446;
const c0390 = 3196;
const c0541 = 4433;
const c0765 = 6270;
const c0899 = 7373;
const c1175 = 9633;
const c1501 = 12299;
const c1847 = 15137;
const c1961 = 16069;
const c2053 = 16819;
const c2562 = 20995;
const c3072 = 25172;

/** One block between its passes, column by column. */
const work = new Int32Array(64);

/** Samples of a component, `stride` to a row. */
export interface SamplePlane {
  /** 8-bit samples as well: one type for the machine code to expect. */
  readonly samples: Uint16Array;
  readonly stride: number;
}

/**
 * One block: `coefficients` in natural order from `from`, times `quantization`, to 8 x 8 samples of the plane from `to`,
 * level-shifted and limited to `precision` bits (ISO 10918-1 annex A.3.3). 12-bit samples keep one fraction bit between the
 * passes, 8-bit two.
 */
export function inverseDct(
  coefficients: Int16Array,
  from: number,
  quantization: Uint16Array,
  precision: number,
  { samples, stride }: SamplePlane,
  to: number,
): void {
  const fraction = precision <= 8 ? 2 : 1;
  for (let column = 0; column < 8; column++) transformColumn(coefficients, from, quantization, column, fraction);
  const shift = constantBits + fraction + 3;
  const middle = 1 << (precision - 1);
  const highest = (1 << precision) - 1;
  for (let row = 0; row < 8; row++) transformRow(row, shift, middle, highest, samples, to + row * stride);
}

/** A block of nothing but its mean. */
export function fillBlock(mean: number, precision: number, { samples, stride }: SamplePlane, to: number): void {
  const fraction = precision <= 8 ? 2 : 1;
  const sample = (((mean << fraction) + (1 << (fraction + 2))) >> (fraction + 3)) + (1 << (precision - 1));
  const limited = sample < 0 ? 0 : Math.min(sample, (1 << precision) - 1);
  for (let row = 0, at = to; row < 8; row++, at += stride) {
    for (let i = 0; i < 8; i++) samples[at + i] = limited;
  }
}

/** One column of the block, rounded, with `fraction` bits behind the point. */
function transformColumn(c: Int16Array, from: number, q: Uint16Array, column: number, fraction: number): void {
  const at = from + column;
  const to = 8 * column;
  const k1 = c[at + 8] ?? 0;
  const k2 = c[at + 16] ?? 0;
  const k3 = c[at + 24] ?? 0;
  const k4 = c[at + 32] ?? 0;
  const k5 = c[at + 40] ?? 0;
  const k6 = c[at + 48] ?? 0;
  const k7 = c[at + 56] ?? 0;
  const s0 = Math.imul(c[at] ?? 0, q[column] ?? 0);
  if ((k1 | k2 | k3 | k4 | k5 | k6 | k7) === 0) {
    const value = s0 << fraction;
    for (let i = 0; i < 8; i++) work[to + i] = value;
    return;
  }
  const s1 = Math.imul(k1, q[column + 8] ?? 0);
  const s2 = Math.imul(k2, q[column + 16] ?? 0);
  const s3 = Math.imul(k3, q[column + 24] ?? 0);
  const s4 = Math.imul(k4, q[column + 32] ?? 0);
  const s5 = Math.imul(k5, q[column + 40] ?? 0);
  const s6 = Math.imul(k6, q[column + 48] ?? 0);
  const s7 = Math.imul(k7, q[column + 56] ?? 0);
  const shift = constantBits - fraction;
  const half = 1 << (shift - 1);
  const even = Math.imul((s2 + s6) | 0, c0541);
  const even2 = (even - Math.imul(s6, c1847)) | 0;
  const even3 = (even + Math.imul(s2, c0765)) | 0;
  const sum = (((s0 + s4) << constantBits) + half) | 0;
  const difference = (((s0 - s4) << constantBits) + half) | 0;
  const e0 = (sum + even3) | 0;
  const e3 = (sum - even3) | 0;
  const e1 = (difference + even2) | 0;
  const e2 = (difference - even2) | 0;
  const s37 = (s7 + s3) | 0;
  const s15 = (s5 + s1) | 0;
  const z5 = Math.imul((s37 + s15) | 0, c1175);
  const z1 = Math.imul((s7 + s1) | 0, c0899);
  const z2 = Math.imul((s5 + s3) | 0, c2562);
  const z3 = (z5 - Math.imul(s37, c1961)) | 0;
  const z4 = (z5 - Math.imul(s15, c0390)) | 0;
  const o0 = (Math.imul(s7, c0298) - z1 + z3) | 0;
  const o1 = (Math.imul(s5, c2053) - z2 + z4) | 0;
  const o2 = (Math.imul(s3, c3072) - z2 + z3) | 0;
  const o3 = (Math.imul(s1, c1501) - z1 + z4) | 0;
  work[to] = (e0 + o3) >> shift;
  work[to + 7] = (e0 - o3) >> shift;
  work[to + 1] = (e1 + o2) >> shift;
  work[to + 6] = (e1 - o2) >> shift;
  work[to + 2] = (e2 + o1) >> shift;
  work[to + 5] = (e2 - o1) >> shift;
  work[to + 3] = (e3 + o0) >> shift;
  work[to + 4] = (e3 - o0) >> shift;
}

/** One row of the block as samples from `to`. */
function transformRow(
  row: number,
  shift: number,
  middle: number,
  highest: number,
  samples: Uint16Array,
  to: number,
): void {
  const s0 = work[row] ?? 0;
  const s1 = work[row + 8] ?? 0;
  const s2 = work[row + 16] ?? 0;
  const s3 = work[row + 24] ?? 0;
  const s4 = work[row + 32] ?? 0;
  const s5 = work[row + 40] ?? 0;
  const s6 = work[row + 48] ?? 0;
  const s7 = work[row + 56] ?? 0;
  const half = 1 << (shift - 1);
  const even = Math.imul((s2 + s6) | 0, c0541);
  const even2 = (even - Math.imul(s6, c1847)) | 0;
  const even3 = (even + Math.imul(s2, c0765)) | 0;
  const sum = (((s0 + s4) << constantBits) + half) | 0;
  const difference = (((s0 - s4) << constantBits) + half) | 0;
  const e0 = (sum + even3) | 0;
  const e3 = (sum - even3) | 0;
  const e1 = (difference + even2) | 0;
  const e2 = (difference - even2) | 0;
  const s37 = (s7 + s3) | 0;
  const s15 = (s5 + s1) | 0;
  const z5 = Math.imul((s37 + s15) | 0, c1175);
  const z1 = Math.imul((s7 + s1) | 0, c0899);
  const z2 = Math.imul((s5 + s3) | 0, c2562);
  const z3 = (z5 - Math.imul(s37, c1961)) | 0;
  const z4 = (z5 - Math.imul(s15, c0390)) | 0;
  const o0 = (Math.imul(s7, c0298) - z1 + z3) | 0;
  const o1 = (Math.imul(s5, c2053) - z2 + z4) | 0;
  const o2 = (Math.imul(s3, c3072) - z2 + z3) | 0;
  const o3 = (Math.imul(s1, c1501) - z1 + z4) | 0;
  samples[to] = limit(((e0 + o3) >> shift) + middle, highest);
  samples[to + 7] = limit(((e0 - o3) >> shift) + middle, highest);
  samples[to + 1] = limit(((e1 + o2) >> shift) + middle, highest);
  samples[to + 6] = limit(((e1 - o2) >> shift) + middle, highest);
  samples[to + 2] = limit(((e2 + o1) >> shift) + middle, highest);
  samples[to + 5] = limit(((e2 - o1) >> shift) + middle, highest);
  samples[to + 3] = limit(((e3 + o0) >> shift) + middle, highest);
  samples[to + 4] = limit(((e3 - o0) >> shift) + middle, highest);
}

function limit(value: number, highest: number): number {
  return (value & ~highest) === 0 ? value : value < 0 ? 0 : highest;
}
