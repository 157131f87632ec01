import { damagedJpeg } from './jpegMarkers.ts';

/** Code lookup by the next 16 bits: length << 8 | value; 0 for no code. */
export type HuffmanTable = Uint16Array;

/** Builds a table from the 16 code counts and the values of a DHT segment (ISO 10918-1 annex C). */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const table = new Uint16Array(65_536);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < (counts[length - 1] ?? 0); i++) {
      const span = 1 << (16 - length);
      const first = code * span;
      if (first + span > 65_536) throw damagedJpeg('has an impossible Huffman table');
      table.fill((length << 8) | (values[next++] ?? 0), first, first + span);
      code += 1;
    }
    code *= 2;
  }
  return table;
}

/** Reads entropy-coded bits; stops at markers. Reading past the data is an error, not zeros. */
export class HuffmanReader {
  private readonly bytes: Uint8Array;
  private buffer = 0;
  private available = 0;
  private paddingBits = 0;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /** One Huffman-coded value. Errors: damaged-pixels. */
  decode(table: HuffmanTable): number {
    this.fill(16);
    const entry = table[(this.buffer >>> (this.available - 16)) & 0xffff] ?? 0;
    if (entry === 0) throw damagedJpeg('holds a code that is not in its table');
    this.drop(entry >> 8);
    return entry & 0xff;
  }

  /** A difference of category `size` (annex F.2.2.1, H.1.2.2): 16 stands for 32768 without further bits. */
  difference(size: number): number {
    if (size === 0) return 0;
    if (size === 16) return 32_768;
    if (size > 16) throw damagedJpeg('holds a difference of more than 16 bits');
    const value = this.bits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** The next `count` bits (up to 16) as a number. Errors: damaged-pixels. */
  bits(count: number): number {
    if (count === 0) return 0;
    this.fill(count);
    const value = (this.buffer >>> (this.available - count)) & ((1 << count) - 1);
    this.drop(count);
    return value;
  }

  /** Goes behind the next restart marker. Errors: damaged-pixels. */
  restart(): void {
    this.buffer = 0;
    this.available = 0;
    this.paddingBits = 0;
    while (this.bytes[this.position] === 0xff && this.bytes[this.position + 1] === 0xff) this.position += 1;
    const marker = this.bytes[this.position + 1] ?? 0;
    if (this.bytes[this.position] !== 0xff || marker < 0xd0 || marker > 0xd7)
      throw damagedJpeg('lacks a restart marker');
    this.position += 2;
  }

  private fill(needed: number): void {
    while (this.available < needed) {
      const byte = this.bytes[this.position];
      const isStuffed = byte === 0xff && this.bytes[this.position + 1] === 0;
      if (byte === undefined || (byte === 0xff && !isStuffed)) {
        this.buffer = (this.buffer & 0x7fffff) << 8;
        this.paddingBits += 8;
      } else {
        this.buffer = ((this.buffer & 0x7fffff) << 8) | byte;
        this.position += isStuffed ? 2 : 1;
      }
      this.available += 8;
    }
  }

  private drop(count: number): void {
    this.available -= count;
    if (this.available < this.paddingBits) throw damagedJpeg('is cut short');
  }
}
