/** Four values in a word for each four bits, on a little-endian machine. */
const fourValues = Uint32Array.from(
  { length: 16 },
  (_, bits) => (bits & 1) | ((bits & 2) << 7) | ((bits & 4) << 14) | ((bits & 8) << 21),
);

/** One value (0 or 1) per bit, least significant bit first (PS3.5 section 8.1.1); `offset` counts bits. */
export function unpackBits(packed: Uint8Array, offset: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  const wholeBytes = offset % 8 === 0 ? count >> 3 : 0;
  const words = new Uint32Array(out.buffer, 0, 2 * wholeBytes);
  for (let i = 0, from = offset >> 3; i < words.length; i += 2, from++) {
    const byte = packed[from] ?? 0;
    words[i] = fourValues[byte & 15] ?? 0;
    words[i + 1] = fourValues[byte >> 4] ?? 0;
  }
  for (let i = 8 * wholeBytes; i < count; i++) {
    const bit = offset + i;
    out[i] = ((packed[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  }
  return out;
}
