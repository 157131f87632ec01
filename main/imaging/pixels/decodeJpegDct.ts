import { AppError } from '../../domain/errors.ts';
import { HuffmanReader } from './huffmanReader.ts';
import type { HuffmanTable } from './huffmanTable.ts';
import { BlockReader, type JpegComponent, layOutComponents, naturalOrder } from './jpegBlocks.ts';
import {
  damagedJpeg,
  type JpegFrameHeader,
  type JpegSegment,
  nextSegment,
  readJpegFrameHeader,
} from './jpegMarkers.ts';
import { samplesOf } from './jpegSamples.ts';
import { type JpegScan, readHuffmanTables, readJpegScan, readRestartInterval } from './jpegScan.ts';

/** Samples as stored in the stream, side by side; `precision` bits each. */
export interface DctImage {
  readonly header: JpegFrameHeader;
  readonly samples: Uint8Array | Uint16Array;
}

/**
 * JPEG with DCT and Huffman coding, 8 and 12 bits: baseline, extended sequential, spectral selection and full progression
 * (ISO 10918-1 processes 1, 2, 4, 6, 8, 10, 12; DICOM .50, .51, .53, .55). Written here since no maintained library does
 * 12 bits. No colour transform; subsampled components are replicated. Data that ends early is an error.
 * Errors: damaged-pixels, unsupported-transfer-syntax.
 */
export function decodeJpegDctStream(stream: Uint8Array): DctImage {
  const header = readJpegFrameHeader(stream);
  checkProcess(header);
  const components = layOutComponents(header);
  const huffman = new Map<number, HuffmanTable>();
  const quantization = new Map<number, Uint16Array>();
  /** As they stand when the component's first scan comes (annex B.2.4.1). */
  const used: (Uint16Array | undefined)[] = components.map(() => undefined);
  let restartInterval = 0;
  for (let segment = nextSegment(stream, 2); segment; ) {
    let next = segment.end;
    if (segment.marker === 0xc4) readHuffmanTables(stream, segment, huffman);
    else if (segment.marker === 0xdb) readQuantization(stream, segment, quantization);
    else if (segment.marker === 0xdd) restartInterval = readRestartInterval(stream, segment);
    else if (segment.marker === 0xda) {
      const scan = readJpegScan(stream, segment, header);
      for (const c of scan.components) used[c] ??= quantization.get(header.quantization[c] ?? 0);
      next = decodeScan(stream, scan, header, components, huffman, restartInterval);
    }
    segment = nextSegment(stream, next);
  }
  return { header, samples: samplesOf(header, components, used) };
}

function checkProcess({ process, precision, components }: JpegFrameHeader): void {
  if (process > 2 || (precision !== 8 && precision !== 12)) {
    throw new AppError(
      'unsupported-transfer-syntax',
      `JPEG process SOF${process} with ${precision} bits is not supported.`,
    );
  }
  if (components < 1 || components > 4) throw damagedJpeg(`has ${components} components`);
}

function readQuantization(stream: Uint8Array, { start, end }: JpegSegment, tables: Map<number, Uint16Array>): void {
  let at = start;
  while (at < end) {
    const id = stream[at] ?? 0;
    const size = id >> 4 === 0 ? 1 : 2;
    if (at + 1 + 64 * size > end) throw damagedJpeg('has a short quantization table');
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++) {
      const entry = at + 1 + size * i;
      const value = size === 1 ? stream[entry] : ((stream[entry] ?? 0) << 8) | (stream[entry + 1] ?? 0);
      table[naturalOrder[i] ?? 0] = value ?? 0;
    }
    tables.set(id & 15, table);
    at += 1 + 64 * size;
  }
}

/** Decodes one scan into the components; returns where its data ends. */
function decodeScan(
  stream: Uint8Array,
  scan: JpegScan,
  header: JpegFrameHeader,
  components: readonly JpegComponent[],
  huffman: ReadonlyMap<number, HuffmanTable>,
  restartInterval: number,
): number {
  const reader = new HuffmanReader(stream, scan.dataStart);
  const blocks = new BlockReader(reader, scan, huffman, header.process === 2);
  const chosen = scan.components.flatMap((c) => components[c] ?? []);
  const [first] = chosen;
  if (!first) throw damagedJpeg('has a damaged scan header');
  // A scan of one component goes block by block, without the blocks that only fill up MCUs (annex A.2.2).
  const isSingle = chosen.length === 1;
  const across = isSingle ? first.blocksWide : first.blocksPerLine / first.horizontal;
  const down = isSingle ? first.blocksHigh : first.coefficients.length / 64 / first.blocksPerLine / first.vertical;
  let untilRestart = restartInterval;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      if (restartInterval > 0 && untilRestart-- === 0) {
        blocks.restart();
        untilRestart = restartInterval - 1;
      }
      if (isSingle) blocks.block(first, 0, row, column);
      else readMcu(blocks, chosen, row, column);
    }
  }
  return reader.position;
}

function readMcu(blocks: BlockReader, components: readonly JpegComponent[], row: number, column: number): void {
  for (let slot = 0; slot < components.length; slot++) {
    const component = components[slot];
    if (!component) continue;
    const { horizontal, vertical } = component;
    for (let v = 0; v < vertical; v++) {
      for (let h = 0; h < horizontal; h++) blocks.block(component, slot, row * vertical + v, column * horizontal + h);
    }
  }
}
