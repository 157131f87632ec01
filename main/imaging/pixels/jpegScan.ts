import { type HuffmanTable, huffmanTable } from './huffmanTable.ts';
import { damagedJpeg, type JpegFrameHeader, type JpegSegment } from './jpegMarkers.ts';

/** A start-of-scan segment (ISO 10918-1 annex B.2.3), its numbers as written. */
export interface JpegScan {
  /** Index in the frame of each of the scan's components. */
  readonly components: readonly number[];
  /** Table selectors of each component: DC (or lossless) and AC. */
  readonly dcTables: readonly number[];
  readonly acTables: readonly number[];
  /** Spectral selection; the start is the predictor of a lossless scan. */
  readonly spectralStart: number;
  readonly spectralEnd: number;
  /** Successive approximation; the low one is the point transform of a lossless scan. */
  readonly approximationHigh: number;
  readonly approximationLow: number;
  readonly dataStart: number;
}

/** Errors: damaged-pixels. */
export function readJpegScan(stream: Uint8Array, { start, end }: JpegSegment, header: JpegFrameHeader): JpegScan {
  const byte = (at: number) => stream[at] ?? 0;
  const count = byte(start);
  const at = start + 1 + 2 * count;
  if (count < 1 || count > 4 || at + 3 > end) throw damagedJpeg('has a damaged scan header');
  const selectors = Array.from({ length: count }, (_, i) => start + 1 + 2 * i);
  const components = selectors.map((s) => header.componentIds.indexOf(byte(s)));
  if (components.includes(-1) || new Set(components).size < count) throw damagedJpeg('has a damaged scan header');
  return {
    components,
    dcTables: selectors.map((s) => byte(s + 1) >> 4),
    acTables: selectors.map((s) => byte(s + 1) & 15),
    spectralStart: byte(at),
    spectralEnd: byte(at + 1),
    approximationHigh: byte(at + 2) >> 4,
    approximationLow: byte(at + 2) & 15,
    dataStart: end,
  };
}

/** Adds the tables of a DHT segment; keys are class << 4 | identifier. Errors: damaged-pixels. */
export function readHuffmanTables(
  stream: Uint8Array,
  { start, end }: JpegSegment,
  tables: Map<number, HuffmanTable>,
): void {
  let at = start;
  while (at + 17 <= end) {
    const counts = stream.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, n) => sum + n, 0);
    if (at + 17 + total > end) throw damagedJpeg('has a short Huffman table');
    tables.set(stream[at] ?? 0, huffmanTable(counts, stream.subarray(at + 17, at + 17 + total)));
    at += 17 + total;
  }
}

/** The interval of a DRI segment, in MCUs; 0 for none. */
export function readRestartInterval(stream: Uint8Array, { start }: JpegSegment): number {
  return ((stream[start] ?? 0) << 8) | (stream[start + 1] ?? 0);
}
