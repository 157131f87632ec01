import { damagedJpeg } from './jpegMarkers.ts';

/** Codes up to this length are found at once. */
export const shortBits = 10;

/** Codes by the bits that come next; entries are length << 8 | value, 0 for no code. */
export interface HuffmanTable {
  /** By the next `shortBits` bits: the codes that are not longer. */
  readonly short: Uint16Array;
  /** By length: the first 16 bits that lie beyond its codes. */
  readonly ends: Int32Array;
  /** By length: what added to a code gives its place in `values`. */
  readonly offsets: Int32Array;
  readonly values: Uint8Array;
}

/** Builds a table from the 16 code counts and the values of a DHT segment (ISO 10918-1 annex C). */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << shortBits);
  const ends = new Int32Array(17);
  const offsets = new Int32Array(17);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = next - code;
    for (let i = 0; i < (counts[length - 1] ?? 0); i++, code++, next++) {
      if (code >= 1 << length) throw damagedJpeg('has an impossible Huffman table');
      const span = 1 << (shortBits - length);
      if (length <= shortBits) short.fill((length << 8) | (values[next] ?? 0), code * span, (code + 1) * span);
    }
    ends[length] = code << (16 - length);
    code *= 2;
  }
  return { short, ends, offsets, values: values.slice() };
}

/** The entry of the code longer than `shortBits` that the next 16 bits begin with; 0 for none. */
export function longCode({ ends, offsets, values }: HuffmanTable, bits: number): number {
  for (let length = shortBits + 1; length <= 16; length++) {
    if (bits < (ends[length] ?? 0)) {
      return (length << 8) | (values[(bits >> (16 - length)) + (offsets[length] ?? 0)] ?? 0);
    }
  }
  return 0;
}

/** How many bits `wholeValues` looks at. */
export const wholeBits = 11;

/**
 * Code and value together, by the next `wholeBits` bits: value << 8 | run << 4 | bits of both; 0 where they do not lie within
 * those bits. The upper four bits of a code are the zeros before a coefficient (annex F.1.2.2) if `hasRuns`, the ends of blocks
 * and runs without a value left out; else it is a difference (annex H.1.2.2).
 */
export function wholeValues(table: HuffmanTable, hasRuns: boolean): Int32Array {
  const whole = new Int32Array(1 << wholeBits);
  for (let bits = 0; bits < whole.length; bits++) {
    const entry = table.short[bits >> (wholeBits - shortBits)] || longCode(table, bits << (16 - wholeBits));
    const size = entry & 15;
    const run = (entry & 0xf0) >> 4;
    const length = (entry >> 8) + size;
    if (entry === 0 || length > wholeBits || (hasRuns ? size === 0 : run > 0)) continue;
    const value = (bits >> (wholeBits - length)) & ((1 << size) - 1);
    const signed = size === 0 || value >= 1 << (size - 1) ? value : value - (1 << size) + 1;
    whole[bits] = (signed << 8) | (run << 4) | length;
  }
  return whole;
}
