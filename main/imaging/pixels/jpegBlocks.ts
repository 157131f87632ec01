import { type HuffmanReader, unknownCode } from './huffmanReader.ts';
import { type HuffmanTable, longCode, shortBits, wholeBits, wholeValues } from './huffmanTable.ts';
import { damagedJpeg, type JpegFrameHeader } from './jpegMarkers.ts';
import type { JpegScan } from './jpegScan.ts';

/** The quantized DCT coefficients of one component, 64 per block in natural order, whole MCUs. */
export interface JpegComponent {
  readonly horizontal: number;
  readonly vertical: number;
  /** Blocks that the image needs, and blocks in memory. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  readonly blocksPerLine: number;
  readonly coefficients: Int16Array;
  /** By block: the highest zigzag position that may not be zero. */
  readonly extents: Uint8Array;
}

/** Zigzag position -> natural position (ISO 10918-1 figure A.6). */
export const naturalOrder = zigzag();

function zigzag(): Uint8Array {
  const order = new Uint8Array(64);
  let [row, column] = [0, 0];
  for (let i = 0; i < 64; i++) {
    order[i] = 8 * row + column;
    const isUp = (row + column) % 2 === 0;
    if (isUp && column === 7) row += 1;
    else if (isUp && row === 0) column += 1;
    else if (!isUp && row === 7) column += 1;
    else if (!isUp && column === 0) row += 1;
    else {
      row += isUp ? -1 : 1;
      column += isUp ? 1 : -1;
    }
  }
  return order;
}

/** Room for the frame's coefficients. Errors: damaged-pixels (sampling factors). */
export function layOutComponents(header: JpegFrameHeader): JpegComponent[] {
  const factors = header.sampling.map((s) => [s >> 4, s & 15] as const);
  if (factors.some(([h, v]) => h < 1 || h > 4 || v < 1 || v > 4)) throw damagedJpeg('has impossible sampling factors');
  const maxH = Math.max(...factors.map(([h]) => h));
  const maxV = Math.max(...factors.map(([, v]) => v));
  const mcusWide = Math.ceil(header.columns / (8 * maxH));
  const mcusHigh = Math.ceil(header.rows / (8 * maxV));
  return factors.map(([horizontal, vertical]) => {
    const blocks = mcusWide * horizontal * mcusHigh * vertical;
    return {
      horizontal,
      vertical,
      blocksWide: Math.ceil((header.columns * horizontal) / maxH / 8),
      blocksHigh: Math.ceil((header.rows * vertical) / maxV / 8),
      blocksPerLine: mcusWide * horizontal,
      coefficients: new Int16Array(64 * blocks),
      extents: new Uint8Array(blocks),
    };
  });
}

/**
 * Reads the blocks of one scan: sequential, or one pass of a progressive frame (annexes F.2, G.2). The state between
 * blocks (DC predictions, end-of-band run) starts anew at each restart marker.
 */
export class BlockReader {
  private readonly reader: HuffmanReader;
  private readonly scan: JpegScan;
  private readonly read: (component: JpegComponent, slot: number, at: number) => void;
  private readonly dc: readonly (HuffmanTable | undefined)[];
  private readonly ac: readonly (HuffmanTable | undefined)[];
  private readonly wholeAc: readonly (Int32Array | undefined)[] = [];
  private readonly predictions: Int32Array;
  private endOfBandRun = 0;

  constructor(
    reader: HuffmanReader,
    scan: JpegScan,
    tables: ReadonlyMap<number, HuffmanTable>,
    isProgressive: boolean,
  ) {
    this.reader = reader;
    this.scan = scan;
    this.dc = scan.dcTables.map((id) => tables.get(id));
    this.ac = scan.acTables.map((id) => tables.get(16 | id));
    this.predictions = new Int32Array(scan.components.length);
    const hasValues = !isProgressive || (scan.approximationHigh === 0 && scan.spectralStart > 0);
    if (hasValues) this.wholeAc = this.ac.map((table) => table && wholeValues(table, true));
    this.read = isProgressive ? this.progressivePass() : this.sequential;
  }

  restart(): void {
    this.reader.restart();
    this.predictions.fill(0);
    this.endOfBandRun = 0;
  }

  /** `slot` is the component's place in the scan; the block's place counts in blocks. Errors: damaged-pixels. */
  block(component: JpegComponent, slot: number, row: number, column: number): void {
    this.read(component, slot, 64 * (row * component.blocksPerLine + column));
    this.reader.check();
  }

  private progressivePass(): BlockReader['read'] {
    const { spectralStart, spectralEnd, approximationHigh, approximationLow, components } = this.scan;
    const isDc = spectralStart === 0;
    const isLegal = isDc
      ? spectralEnd === 0
      : spectralEnd >= spectralStart && spectralEnd < 64 && components.length === 1;
    if (!isLegal || approximationLow > 13) throw damagedJpeg('has a damaged scan header');
    if (isDc) return approximationHigh === 0 ? this.dcFirst : this.dcRefine;
    return approximationHigh === 0 ? this.acFirst : this.acRefine;
  }

  private table(tables: readonly (HuffmanTable | undefined)[], slot: number): HuffmanTable {
    const table = tables[slot];
    if (!table) throw damagedJpeg('lacks a Huffman table');
    return table;
  }

  private nextDc(slot: number): number {
    const difference = this.reader.difference(this.reader.decode(this.table(this.dc, slot)));
    const value = (this.predictions[slot] ?? 0) + difference;
    this.predictions[slot] = value;
    return value;
  }

  /** A block of difference and runs (annex F.2.2); the loop over its values is where the time goes. */
  private readonly sequential = ({ coefficients, extents }: JpegComponent, slot: number, at: number): void => {
    coefficients[at] = this.nextDc(slot);
    const table = this.table(this.ac, slot);
    const whole = this.wholeAc[slot];
    if (!whole) throw new Error('a table without its values');
    const { reader } = this;
    const { view } = reader;
    let { bit } = reader;
    let last = 0;
    for (let k = 1; k < 64; k++) {
      const next = view.getInt32(bit >> 3) << (bit & 7);
      const known = whole[next >>> (32 - wholeBits)] ?? 0;
      let value = known >> 8;
      if (known !== 0) {
        k += (known >> 4) & 15;
        bit += known & 15;
      } else {
        const entry = (table.short[next >>> (32 - shortBits)] ?? 0) || longCode(table, next >>> 16);
        if (entry === 0) throw unknownCode();
        bit += entry >> 8;
        const size = entry & 15;
        if (size === 0 && (entry & 0xff) !== 0xf0) break;
        k += (entry & 0xff) >> 4;
        if (size === 0) continue;
        reader.bit = bit;
        value = reader.difference(size);
        bit = reader.bit;
      }
      if (k > 63) throw damagedJpeg('holds a block of more than 64 values');
      coefficients[at + (naturalOrder[k] ?? 0)] = value;
      last = k;
    }
    reader.bit = bit;
    extents[at >> 6] = last;
  };

  private readonly dcFirst = ({ coefficients }: JpegComponent, slot: number, at: number): void => {
    coefficients[at] = this.nextDc(slot) << this.scan.approximationLow;
  };

  private readonly dcRefine = ({ coefficients }: JpegComponent, _slot: number, at: number): void => {
    if (this.reader.bits(1) === 1) coefficients[at] = (coefficients[at] ?? 0) | (1 << this.scan.approximationLow);
  };

  private readonly acFirst = ({ coefficients, extents }: JpegComponent, slot: number, at: number): void => {
    if (this.endOfBandRun > 0) {
      this.endOfBandRun -= 1;
      return;
    }
    const { spectralStart, spectralEnd, approximationLow } = this.scan;
    const table = this.table(this.ac, slot);
    const whole = this.wholeAc[slot];
    if (!whole) throw new Error('a table without its values');
    const { reader } = this;
    const { view } = reader;
    let { bit } = reader;
    let last = 0;
    for (let k = spectralStart; k <= spectralEnd; k++) {
      const next = view.getInt32(bit >> 3) << (bit & 7);
      const known = whole[next >>> (32 - wholeBits)] ?? 0;
      let value = known >> 8;
      if (known !== 0) {
        k += (known >> 4) & 15;
        bit += known & 15;
      } else {
        const entry = (table.short[next >>> (32 - shortBits)] ?? 0) || longCode(table, next >>> 16);
        if (entry === 0) throw unknownCode();
        bit += entry >> 8;
        const run = (entry & 0xff) >> 4;
        const size = entry & 15;
        reader.bit = bit;
        if (size === 0 && run < 15) {
          this.endOfBandRun = (1 << run) + reader.bits(run) - 1;
          bit = reader.bit;
          break;
        }
        k += run;
        if (size === 0) continue;
        value = reader.difference(size);
        bit = reader.bit;
      }
      if (k > spectralEnd) throw damagedJpeg('holds a block of more than 64 values');
      coefficients[at + (naturalOrder[k] ?? 0)] = value * (1 << approximationLow);
      last = k;
    }
    reader.bit = bit;
    if (last > (extents[at >> 6] ?? 0)) extents[at >> 6] = last;
  };

  /** Annex G.1.2.3: new values of one bit between correction bits for those already known. */
  private readonly acRefine = ({ coefficients, extents }: JpegComponent, slot: number, at: number): void => {
    const { spectralStart, spectralEnd, approximationLow } = this.scan;
    const one = 1 << approximationLow;
    const { reader } = this;
    const extent = extents[at >> 6] ?? 0;
    let k = spectralStart;
    if (this.endOfBandRun === 0) {
      const table = this.table(this.ac, slot);
      while (k <= spectralEnd) {
        const code = reader.decode(table);
        const run = code >> 4;
        if ((code & 15) === 0 && run < 15) {
          this.endOfBandRun = (1 << run) + reader.bits(run);
          break;
        }
        const value = (code & 15) === 0 ? 0 : reader.bits(1) === 1 ? one : -one;
        k = this.correctUntil(coefficients, at, k, spectralEnd, run, one);
        if (k <= spectralEnd && value !== 0) {
          coefficients[at + (naturalOrder[k] ?? 0)] = value;
          if (k > (extents[at >> 6] ?? 0)) extents[at >> 6] = k;
        }
        k += 1;
      }
    }
    if (this.endOfBandRun === 0) return;
    this.endOfBandRun -= 1;
    this.correctUntil(coefficients, at, k, extent < spectralEnd ? extent : spectralEnd, 64, one);
  };

  /**
   * Reads a correction bit for each value known from `k` to `end`, until `zeros` zeros have been passed over; the place of the
   * next one, or beyond `end`.
   */
  private correctUntil(
    coefficients: Int16Array,
    at: number,
    from: number,
    end: number,
    zeros: number,
    one: number,
  ): number {
    const { reader } = this;
    const { view } = reader;
    let { bit } = reader;
    let left = zeros;
    let k = from;
    for (; k <= end; k++) {
      const index = at + (naturalOrder[k] ?? 0);
      const known = coefficients[index] ?? 0;
      if (known === 0) {
        if (left === 0) break;
        left -= 1;
        continue;
      }
      const isCorrected = (view.getUint8(bit >> 3) << (bit & 7)) & 0x80;
      bit += 1;
      if (isCorrected && (known & one) === 0) coefficients[index] = known + (known >= 0 ? one : -one);
    }
    reader.bit = bit;
    return k;
  }
}
