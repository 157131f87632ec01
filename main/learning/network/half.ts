/** float16 bits (IEEE 754 binary16) to a number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** From here on the nearest float16 is infinity: half a step above the largest, 65504. */
const OVERFLOW = 65520;

const single = new DataView(new ArrayBuffer(4));

/** The bits of the float16 nearest to a float32; of two as near the even one. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= OVERFLOW) return sign | 0x7c00;
  single.setFloat32(0, size);
  const exponent = Math.max(-14, (single.getUint32(0) >>> 23) - 127);
  const steps = size / 2 ** (exponent - 10);
  const below = Math.floor(steps);
  const rest = steps - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  // A fraction that rounds up to the next power of two carries into the exponent, as it should.
  return sign | (((exponent + 14) << 10) + rounded);
}
