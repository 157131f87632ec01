/**
 * The 8 x 8 inverse DCT in integers (Loeffler, Ligtenberg, Moschytz 1989), with the scaling that libjpeg's accurate method
 * uses, so that grey images come out equal to its output. Constants are cosine products times 2^13.
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

const work = new Int32Array(64);
const line = new Int32Array(8);

/**
 * One block: `coefficients` in natural order from `offset`, times `quantization`, to 64 samples in `out`, level-shifted and
 * limited to `precision` bits (ISO 10918-1 annex A.3.3). 12-bit samples keep one fraction bit between the passes, 8-bit two.
 */
export function inverseDct(
  coefficients: Int16Array,
  offset: number,
  quantization: Uint16Array,
  precision: number,
  out: Int32Array,
): void {
  const fraction = precision <= 8 ? 2 : 1;
  for (let column = 0; column < 8; column++) {
    for (let i = 0; i < 8; i++) {
      line[i] = (coefficients[offset + 8 * i + column] ?? 0) * (quantization[8 * i + column] ?? 0);
    }
    transform(constantBits - fraction);
    for (let i = 0; i < 8; i++) work[8 * i + column] = line[i] ?? 0;
  }
  const middle = 2 ** (precision - 1);
  const highest = 2 ** precision - 1;
  for (let row = 0; row < 8; row++) {
    for (let i = 0; i < 8; i++) line[i] = work[8 * row + i] ?? 0;
    transform(constantBits + fraction + 3);
    for (let i = 0; i < 8; i++) {
      const sample = (line[i] ?? 0) + middle;
      out[8 * row + i] = Math.max(0, Math.min(sample, highest));
    }
  }
}

/** One dimension over `line` in place, rounded and shifted down by `shift`. */
function transform(shift: number): void {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0] = line;
  const even = (s2 + s6) * c0541;
  const even2 = even - s6 * c1847;
  const even3 = even + s2 * c0765;
  const sum = (s0 + s4) * 2 ** constantBits;
  const difference = (s0 - s4) * 2 ** constantBits;
  const e0 = sum + even3;
  const e3 = sum - even3;
  const e1 = difference + even2;
  const e2 = difference - even2;
  const z5 = (s7 + s3 + s5 + s1) * c1175;
  const z1 = -(s7 + s1) * c0899;
  const z2 = -(s5 + s3) * c2562;
  const z3 = z5 - (s7 + s3) * c1961;
  const z4 = z5 - (s5 + s1) * c0390;
  const o0 = s7 * c0298 + z1 + z3;
  const o1 = s5 * c2053 + z2 + z4;
  const o2 = s3 * c3072 + z2 + z3;
  const o3 = s1 * c1501 + z1 + z4;
  const half = 2 ** (shift - 1);
  line[0] = (e0 + o3 + half) >> shift;
  line[7] = (e0 - o3 + half) >> shift;
  line[1] = (e1 + o2 + half) >> shift;
  line[6] = (e1 - o2 + half) >> shift;
  line[2] = (e2 + o1 + half) >> shift;
  line[5] = (e2 - o1 + half) >> shift;
  line[3] = (e3 + o0 + half) >> shift;
  line[4] = (e3 - o0 + half) >> shift;
}
