import { AppError } from '../../domain/errors.ts';
import { type HuffmanTable, longCode, shortBits } from './huffmanTable.ts';
import { damagedJpeg } from './jpegMarkers.ts';

/** Zeros behind the data: more than any block can ask for, so that `check` may wait until its end. */
const padding = 1024;
/** Bits are counted in 31-bit numbers. */
const mostBytes = 2 ** 27;

/**
 * Entropy-coded bits of one restart interval after another (ISO 10918-1 annex B.1.1.5). Each interval is copied without its
 * stuffed zeros, so that reading takes one unaligned load. Zeros follow the data: who reads has to call `check`.
 * Hot loops take `view` and `bit` into variables and put `bit` back.
 */
export class HuffmanReader {
  readonly view: DataView;
  /** The next bit, and the end of the interval. */
  bit = 0;
  end = 0;
  /** In the stream: where the interval ends, at a marker. */
  position: number;
  private readonly stream: Uint8Array;
  private readonly bytes: Uint8Array;

  /** Errors: limit-exceeded. */
  constructor(stream: Uint8Array, position: number) {
    const length = lengthOfScan(stream, position);
    if (length > mostBytes) throw new AppError('limit-exceeded', 'A JPEG scan is beyond the size limit.');
    this.stream = stream;
    this.position = position;
    this.bytes = new Uint8Array(length + padding);
    this.view = new DataView(this.bytes.buffer);
    this.load();
  }

  /** One Huffman-coded value. Errors: damaged-pixels. */
  decode(table: HuffmanTable): number {
    const next = this.view.getInt32(this.bit >> 3) << (this.bit & 7);
    const entry = (table.short[next >>> (32 - shortBits)] ?? 0) || longCode(table, next >>> 16);
    if (entry === 0) throw unknownCode();
    this.bit += entry >> 8;
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

  /** Code and difference of a value without a block. Errors: damaged-pixels. */
  codedDifference(table: HuffmanTable | undefined): number {
    if (!table) throw damagedJpeg('lacks a Huffman table');
    const difference = this.difference(this.decode(table));
    this.check();
    return difference;
  }

  /** The next `count` bits (up to 16) as a number. */
  bits(count: number): number {
    if (count === 0) return 0;
    const next = this.view.getInt32(this.bit >> 3) << (this.bit & 7);
    this.bit += count;
    return next >>> (32 - count);
  }

  /** Errors where more was read than the interval holds: damaged-pixels. */
  check(): void {
    if (this.bit > this.end) throw cutShort();
  }

  /** Goes behind the next restart marker. Errors: damaged-pixels. */
  restart(): void {
    const { stream } = this;
    while (stream[this.position] === 0xff && stream[this.position + 1] === 0xff) this.position += 1;
    const marker = stream[this.position + 1] ?? 0;
    const isRestart = stream[this.position] === 0xff && marker >= 0xd0 && marker <= 0xd7;
    // Bytes that nothing has asked for: the marker belongs to another interval.
    if (!isRestart || this.end - this.bit >= 24) throw damagedJpeg('lacks a restart marker');
    this.position += 2;
    this.load();
  }

  /** Copies the interval at `position`, up to the next marker. */
  private load(): void {
    const { stream, bytes } = this;
    let at = this.position;
    let length = 0;
    for (; at < stream.length; at++) {
      const byte = stream[at] ?? 0;
      if (byte === 0xff) {
        if (stream[at + 1] !== 0) break;
        at += 1;
      }
      bytes[length++] = byte;
    }
    bytes.fill(0, length, length + padding);
    this.position = at;
    this.bit = 0;
    this.end = 8 * length;
  }
}

/** Bytes up to the first marker that is no restart. */
function lengthOfScan(stream: Uint8Array, position: number): number {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  let at = bytes.indexOf(0xff, position);
  for (; at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0xd9;
    if (code !== 0 && code !== 0xff && (code < 0xd0 || code > 0xd7)) return at - position;
  }
  return bytes.length - position;
}

export const cutShort = (): AppError => damagedJpeg('is cut short');
export const unknownCode = (): AppError => damagedJpeg('holds a code that is not in its table');
