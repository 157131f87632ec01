import { AppError } from '../../domain/errors.ts';
import { cutShort, HuffmanReader } from './huffmanReader.ts';
import { type HuffmanTable, wholeBits, wholeValues } from './huffmanTable.ts';
import {
  damagedJpeg,
  type JpegFrameHeader,
  type JpegSegment,
  nextSegment,
  readJpegFrameHeader,
} from './jpegMarkers.ts';
import { readHuffmanTables, readJpegScan, readRestartInterval } from './jpegScan.ts';

/** Samples as stored in the stream, side by side; `precision` bits each. */
export interface LosslessImage {
  readonly header: JpegFrameHeader;
  readonly samples: Uint16Array;
}

interface Scan {
  /** Index of each of the scan's components in the frame. */
  readonly components: readonly number[];
  readonly tables: readonly HuffmanTable[];
  /** Of the first table. */
  readonly whole: Int32Array;
  readonly predictor: number;
  readonly pointTransform: number;
  readonly restartInterval: number;
  readonly dataStart: number;
}

/**
 * JPEG lossless, Huffman (ISO 10918-1 annex H; DICOM .57 and .70), all predictors, restart intervals, point transform,
 * components interleaved or scan by scan. Written here because jpeg-lossless-decoder-js loses the last pixel of some
 * streams and returns zeros for truncated ones. Errors: damaged-pixels, unsupported-transfer-syntax.
 */
export function decodeJpegLosslessStream(stream: Uint8Array): LosslessImage {
  const header = readJpegFrameHeader(stream);
  if (header.process !== 3) {
    throw new AppError(
      'unsupported-transfer-syntax',
      `JPEG process SOF${header.process} is not lossless Huffman JPEG.`,
    );
  }
  if (header.sampling.some((s) => s !== header.sampling[0])) throw damagedJpeg('has subsampled components');
  const samples = new Uint16Array(header.rows * header.columns * header.components);
  const tables = new Map<number, HuffmanTable>();
  const decoded = new Set<number>();
  let restartInterval = 0;
  let segment = nextSegment(stream, 2);
  while (segment && decoded.size < header.components) {
    let next = segment.end;
    if (segment.marker === 0xc4) readHuffmanTables(stream, segment, tables);
    if (segment.marker === 0xdd) restartInterval = readRestartInterval(stream, segment);
    if (segment.marker === 0xda) {
      const scan = readScan(stream, segment, header, tables, restartInterval);
      next = decodeScan(stream, scan, header, samples);
      for (const component of scan.components) decoded.add(component);
    }
    segment = nextSegment(stream, next);
  }
  if (decoded.size < header.components) throw damagedJpeg('lacks a component');
  return { header, samples };
}

function readScan(
  stream: Uint8Array,
  segment: JpegSegment,
  header: JpegFrameHeader,
  tables: ReadonlyMap<number, HuffmanTable>,
  restartInterval: number,
): Scan {
  const { components, dcTables, spectralStart, approximationLow, dataStart } = readJpegScan(stream, segment, header);
  const found = dcTables.map((id) => tables.get(id)).filter((table) => table !== undefined);
  const [first] = found;
  const isLegal = found.length === components.length && spectralStart >= 1 && spectralStart <= 7;
  if (!isLegal || !first || approximationLow >= header.precision) throw damagedJpeg('has a damaged scan header');
  return {
    components,
    tables: found,
    whole: wholeValues(first, false),
    predictor: spectralStart,
    pointTransform: approximationLow,
    restartInterval,
    dataStart,
  };
}

/** Decodes one scan into `samples`; returns where its data ends. */
function decodeScan(stream: Uint8Array, scan: Scan, header: JpegFrameHeader, samples: Uint16Array): number {
  const { columns, rows, components, precision } = header;
  const reader = new HuffmanReader(stream, scan.dataStart);
  const initial = 1 << (precision - scan.pointTransform - 1);
  let untilRestart = scan.restartInterval || rows * columns;
  let [firstRow, isFirst] = [0, true];
  for (let row = 0; row < rows; row++) {
    // An interval is whole rows by the standard; any other length does as well.
    for (let column = 0; column < columns; ) {
      if (untilRestart === 0) {
        reader.restart();
        untilRestart = scan.restartInterval;
        [firstRow, isFirst] = [row, true];
      }
      const count = Math.min(columns - column, untilRestart);
      readDifferences(reader, scan, samples, (row * columns + column) * components, count, components);
      const run = { row, column, count, isTop: row === firstRow, initial: isFirst ? initial : undefined };
      for (const c of scan.components)
        addPredictions(samples, run, columns * components, components, c, scan.predictor);
      isFirst = false;
      untilRestart -= count;
      column += count;
    }
  }
  if (scan.pointTransform > 0) for (const c of scan.components) scale(samples, c, components, scan.pointTransform);
  return reader.position;
}

function scale(samples: Uint16Array, component: number, step: number, pointTransform: number): void {
  for (let i = component; i < samples.length; i += step) samples[i] = (samples[i] ?? 0) << pointTransform;
}

/** The coded differences of `count` pixels from `at` (annex H.1.2.2), modulo 2^16. */
function readDifferences(
  reader: HuffmanReader,
  { components, tables, whole }: Scan,
  out: Uint16Array,
  at: number,
  count: number,
  step: number,
): void {
  const [table] = tables;
  if (tables.length === 1 && table) {
    readOneComponent(reader, table, whole, out, at + (components[0] ?? 0), count, step);
    return;
  }
  for (let pixel = at; pixel < at + count * step; pixel += step) {
    for (let c = 0; c < components.length; c++) {
      out[pixel + (components[c] ?? 0)] = reader.codedDifference(tables[c]);
    }
  }
}

/** The same of one component, where the time of grey images goes. */
function readOneComponent(
  reader: HuffmanReader,
  table: HuffmanTable,
  whole: Int32Array,
  out: Uint16Array,
  at: number,
  count: number,
  step: number,
): void {
  const { view, end } = reader;
  let { bit } = reader;
  for (let i = 0, to = at; i < count; i++, to += step) {
    const next = view.getInt32(bit >> 3) << (bit & 7);
    const known = whole[next >>> (32 - wholeBits)] ?? 0;
    if (known !== 0) {
      out[to] = known >> 8;
      bit += known & 15;
      if (bit > end) throw cutShort();
    } else {
      reader.bit = bit;
      out[to] = reader.codedDifference(table);
      bit = reader.bit;
    }
  }
  reader.bit = bit;
}

/** Pixels of one row between two restarts. */
interface Run {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** In the first row since the restart, where nothing lies above. */
  readonly isTop: boolean;
  /** What the first pixel after a restart is predicted from. */
  readonly initial: number | undefined;
}

/** Differences -> values of one component of a run, in place. */
function addPredictions(
  samples: Uint16Array,
  { row, column, count, isTop, initial }: Run,
  stride: number,
  step: number,
  component: number,
  predictor: number,
): void {
  let at = row * stride + column * step + component;
  const end = at + count * step;
  if (initial !== undefined || column === 0) {
    samples[at] = (samples[at] ?? 0) + (initial ?? samples[at - stride] ?? 0);
    at += step;
  }
  if (isTop || predictor === 1) addLeft(samples, at, end, step);
  else for (; at < end; at += step) samples[at] = (samples[at] ?? 0) + predict(samples, at, step, stride, predictor);
}

/** Predictor 1, which nearly all writers use. */
function addLeft(samples: Uint16Array, start: number, end: number, step: number): void {
  let left = samples[start - step] ?? 0;
  for (let at = start; at < end; at += step) {
    left = (left + (samples[at] ?? 0)) & 0xffff;
    samples[at] = left;
  }
}

/** Annex H.1.2.1, table H.1: a is left, b above, c above left. */
function predict(samples: Uint16Array, at: number, step: number, stride: number, predictor: number): number {
  const a = samples[at - step] ?? 0;
  const b = samples[at - stride] ?? 0;
  const c = samples[at - stride - step] ?? 0;
  switch (predictor) {
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}
