/** One value (0 or 1) per bit, least significant bit first (PS3.5 section 8.1.1); `offset` counts bits. */
export function unpackBits(packed: Uint8Array, offset: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const bit = offset + i;
    out[i] = ((packed[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  }
  return out;
}
