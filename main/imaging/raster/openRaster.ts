import { PNG } from 'pngjs';
import { AppError } from '../../domain/errors.ts';
import type { ImageFormat, StoredPixels } from '../../domain/imageTypes.ts';
import { limits } from '../limits.ts';
import type { OpenedImage } from '../openedImage.ts';
import { decodeJpegSamples } from '../pixels/decodeJpeg.ts';
import { hasEndOfImage, readJpegFrameHeader } from '../pixels/jpegMarkers.ts';
import type { PixelLayout } from '../pixels/pixelLayout.ts';

interface PngHeader {
  readonly columns: number;
  readonly rows: number;
  readonly depth: number;
  /** Bit 0 palette, bit 1 colour, bit 2 alpha. */
  readonly colorType: number;
}

/** A PNG as one frame: grey 8 or 16 bit, else RGB 8 bit; alpha is dropped. Errors: damaged-header, limit-exceeded. */
export function openPng(file: Uint8Array): OpenedImage {
  const header = pngHeader(file);
  const isColor = (header.colorType & 2) !== 0;
  const isDeep = header.depth === 16 && !isColor;
  const layout = rasterLayout(header.rows, header.columns, isColor ? 3 : 1, isDeep ? 16 : 8);
  return oneFrame('png', layout, () => decodePng(file, layout));
}

/** A JPEG as one frame, grey or RGB, 8 bit. Errors: damaged-pixels, unsupported-pixel-format, limit-exceeded. */
export function openJpeg(file: Uint8Array): OpenedImage {
  const { rows, columns, components, precision, process } = readJpegFrameHeader(file);
  if (precision !== 8 || process > 2 || (components !== 1 && components !== 3)) {
    throw new AppError('unsupported-pixel-format', `A JPEG with ${components} x ${precision} bits is not supported.`);
  }
  const layout = rasterLayout(rows, columns, components, 8);
  return oneFrame('jpeg', layout, () => {
    if (!hasEndOfImage(file)) throw new AppError('damaged-pixels', 'The JPEG image is cut short.');
    return decodeJpegSamples(file, true);
  });
}

function oneFrame(format: ImageFormat, layout: PixelLayout, decode: () => StoredPixels): OpenedImage {
  return {
    format,
    layout,
    describe: (frameNumber) => ({ facts: { frameNumber }, modalityLut: undefined, voiLuts: [] }),
    decode: async () => ({ pixels: decode(), warnings: [] }),
    display: { isInverted: false },
  };
}

function rasterLayout(rows: number, columns: number, samplesPerPixel: 1 | 3, bits: 8 | 16): PixelLayout {
  if (rows < 1 || columns < 1) throw new AppError('damaged-header', 'The image has no rows or no columns.');
  if (rows * columns * samplesPerPixel * (bits / 8) > limits.frameBytes) {
    throw new AppError('limit-exceeded', 'The image is beyond the size limit.');
  }
  return {
    rows,
    columns,
    frames: 1,
    samplesPerPixel,
    kind: 'integer',
    bitsAllocated: bits,
    bitsStored: bits,
    highBit: bits - 1,
    isSigned: false,
    isPlanar: false,
    photometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
    dtype: bits === 16 ? 'uint16' : 'uint8',
  };
}

function pngHeader(file: Uint8Array): PngHeader {
  if (file.length < 33) throw new AppError('damaged-header', 'The PNG file is cut short.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return {
    columns: view.getUint32(16),
    rows: view.getUint32(20),
    depth: view.getUint8(24),
    colorType: view.getUint8(25),
  };
}

/** pngjs gives RGBA; grey images have three equal samples. */
function decodePng(file: Uint8Array, layout: PixelLayout): StoredPixels {
  const rgba = readPng(file, layout.bitsAllocated === 16);
  const pixels = layout.rows * layout.columns;
  const { samplesPerPixel } = layout;
  const out = layout.bitsAllocated === 16 ? new Uint16Array(pixels) : new Uint8Array(pixels * samplesPerPixel);
  for (let i = 0; i < pixels; i++) {
    for (let s = 0; s < samplesPerPixel; s++) out[i * samplesPerPixel + s] = rgba[4 * i + s] ?? 0;
  }
  return out;
}

function readPng(file: Uint8Array, isDeep: boolean): ArrayLike<number> {
  try {
    // Depth 16 unscaled is a Uint16Array, which the types do not say.
    return PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.byteLength), { skipRescale: isDeep }).data;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('damaged-pixels', `The PNG image cannot be decoded: ${reason}`, { cause: thrown });
  }
}

/** The chunks that make up a PNG's pixels, so that files differing in text and time only hash alike. */
export function pngPixelChunks(file: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 8;
  while (at + 12 <= file.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === 'IHDR' || type === 'PLTE' || type === 'IDAT') chunks.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}
