import jpeg from 'jpeg-js';
import { Decoder } from 'jpeg-lossless-decoder-js';
import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { allocate } from './storedArray.ts';
import { checkFrame, signExtend } from './wasmCodec.ts';

/** What the start-of-frame marker of a JPEG stream states. */
export interface JpegFrameHeader {
  /** 0 baseline, 1 extended, 2 progressive, 3 lossless (the low nibble of SOFn). */
  readonly process: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly hasEnd: boolean;
}

/** Reads the markers up to the frame header (ISO 10918-1 annex B). Errors: damaged-pixels. */
export function readJpegFrameHeader(stream: Uint8Array): JpegFrameHeader {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream.length < 4 || view.getUint16(0) !== 0xffd8) throw damaged('is not a JPEG stream');
  let position = 2;
  while (position + 10 <= stream.length) {
    if (view.getUint8(position) !== 0xff) throw damaged('has a damaged marker');
    const marker = view.getUint8(position + 1);
    if (isFrameMarker(marker)) {
      return {
        process: marker & 0x0f,
        precision: view.getUint8(position + 4),
        rows: view.getUint16(position + 5),
        columns: view.getUint16(position + 7),
        components: view.getUint8(position + 9),
        hasEnd: endsProperly(stream),
      };
    }
    position += marker === 0xff ? 1 : 2 + view.getUint16(position + 2);
  }
  throw damaged('has no frame header');
}

function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** An end-of-image marker within the last bytes; padding may follow it. */
function endsProperly(stream: Uint8Array): boolean {
  let end = stream.length;
  while (end > 2 && (stream[end - 1] === 0 || stream[end - 1] === 0xff)) end -= 1;
  return stream[end - 1] === 0xd9 && stream[end - 2] === 0xff;
}

/**
 * JPEG lossless, process 14 with any selection value. Returns samples side by side.
 * Errors: damaged-pixels, unsupported-transfer-syntax.
 */
export function decodeJpegLossless(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  const header = checkedHeader(frame, layout);
  if (header.process !== 3) throw wrongProcess(header);
  const decoder = new Decoder();
  const decoded = guarded(() => decoder.decode(new Uint8Array(frame).buffer, 0, frame.length, header.precision > 8 ? 2 : 1));
  const values = layout.rows * layout.columns * layout.samplesPerPixel;
  if (!decoded || decoded.length < values) throw damaged('gave too few pixels');
  const out = allocate(layout.dtype, values);
  out.set(decoded.subarray(0, values));
  return layout.isSigned && header.precision < layout.bitsAllocated ? signExtend(out, header.precision) : out;
}

/** JPEG baseline, 8 bit; components as stored (no YBR to RGB). Errors: damaged-pixels, unsupported-transfer-syntax. */
export function decodeJpegBaseline(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  const header = checkedHeader(frame, layout);
  if (header.process > 2 || header.precision !== 8) throw wrongProcess(header);
  const decoded = decodeJpegComponents(frame, false);
  const values = layout.rows * layout.columns * layout.samplesPerPixel;
  if (decoded.length < values) throw damaged('gave too few pixels');
  const out = allocate(layout.dtype, values);
  out.set(decoded.subarray(0, values));
  return out;
}

/** All samples of an 8-bit JPEG side by side. Errors: damaged-pixels. */
export function decodeJpegComponents(stream: Uint8Array, toRgb: boolean): Uint8Array {
  return guarded(() => {
    const decoded = jpeg.decode(stream, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: toRgb,
      tolerantDecoding: false,
      maxResolutionInMP: 400,
      maxMemoryUsageInMB: 1024,
    });
    return decoded.data;
  });
}

function checkedHeader(frame: Uint8Array, layout: PixelLayout): JpegFrameHeader {
  const header = readJpegFrameHeader(frame);
  checkFrame(header.columns, header.rows, header.components, layout);
  if (header.precision > layout.bitsAllocated) throw damaged(`has ${header.precision} bits, more than the header allows`);
  if (!header.hasEnd) throw damaged('is cut short');
  return header;
}

/** Both libraries throw strings and plain errors on damage. */
function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('damaged-pixels', `The JPEG image cannot be decoded: ${reason}`, { cause: thrown });
  }
}

function wrongProcess(header: JpegFrameHeader): AppError {
  return new AppError(
    'unsupported-transfer-syntax',
    `JPEG process SOF${header.process} with ${header.precision} bits is not supported here.`,
  );
}

function damaged(how: string): AppError {
  return new AppError('damaged-pixels', `The JPEG image ${how}.`);
}
