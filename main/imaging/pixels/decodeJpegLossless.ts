import { AppError } from '../../domain/errors.ts';
import { HuffmanReader, type HuffmanTable } from './huffmanReader.ts';
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
  const isLegal = found.length === components.length && spectralStart >= 1 && spectralStart <= 7;
  if (!isLegal || approximationLow >= header.precision) throw damagedJpeg('has a damaged scan header');
  return {
    components,
    tables: found,
    predictor: spectralStart,
    pointTransform: approximationLow,
    restartInterval,
    dataStart,
  };
}

/** Decodes one scan into `samples`; returns where its data ends. */
function decodeScan(stream: Uint8Array, scan: Scan, header: JpegFrameHeader, samples: Uint16Array): number {
  const { columns, rows, components, precision } = header;
  const { predictor, pointTransform, restartInterval } = scan;
  const reader = new HuffmanReader(stream, scan.dataStart);
  const stride = columns * components;
  const initial = 1 << (precision - pointTransform - 1);
  let untilRestart = restartInterval;
  let firstRow = 0;
  let isFirst = true;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (restartInterval > 0 && untilRestart === 0) {
        reader.restart();
        untilRestart = restartInterval;
        firstRow = row;
        isFirst = true;
      }
      untilRestart -= 1;
      for (let c = 0; c < scan.components.length; c++) {
        const at = row * stride + column * components + (scan.components[c] ?? 0);
        const table = scan.tables[c];
        if (!table) throw new Error('a scan without its table');
        const prediction = isFirst
          ? initial
          : predict(samples, at, components, stride, column > 0, row > firstRow, predictor);
        samples[at] = prediction + reader.difference(reader.decode(table));
      }
      isFirst = false;
    }
  }
  if (pointTransform > 0) for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) << pointTransform;
  return reader.position;
}

/** Annex H.1.2.1, table H.1: a is left, b above, c above left. */
function predict(
  samples: Uint16Array,
  at: number,
  components: number,
  stride: number,
  hasLeft: boolean,
  hasAbove: boolean,
  predictor: number,
): number {
  if (!hasAbove) return samples[at - components] ?? 0;
  const b = samples[at - stride] ?? 0;
  if (!hasLeft) return b;
  const a = samples[at - components] ?? 0;
  if (predictor === 1) return a;
  const c = samples[at - stride - components] ?? 0;
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
