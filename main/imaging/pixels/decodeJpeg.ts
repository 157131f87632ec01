import jpeg from 'jpeg-js';
import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import { decodeJpegDctStream } from './decodeJpegDct.ts';
import { decodeJpegLosslessStream } from './decodeJpegLossless.ts';
import { decodeJpegTurbo, isForTurbo } from './decodeJpegTurbo.ts';
import { damagedJpeg, hasEndOfImage, type JpegFrameHeader, readJpegFrameHeader } from './jpegMarkers.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { allocate, bytesPerValue, reinterpret } from './storedArray.ts';
import { checkFrame, type DecodedFrame, signExtend } from './wasmCodec.ts';

/**
 * JPEG lossless as stored values. Streams with fewer bits than BitsAllocated are widened, with sign where the header
 * says signed. Errors: damaged-pixels, unsupported-transfer-syntax.
 */
export function decodeJpegLossless(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  checkHeader(readJpegFrameHeader(frame), layout);
  const { header, samples } = decodeJpegLosslessStream(frame);
  const out = widened(samples, layout);
  return layout.isSigned && header.precision < layout.bitsAllocated ? signExtend(out, header.precision) : out;
}

/**
 * JPEG with DCT, 8 or 12 bits, sequential or progressive; components as stored (no YBR to RGB). What libjpeg-turbo refuses and
 * our own decoder reads comes with a warning. Errors: damaged-pixels, unsupported-transfer-syntax.
 */
export async function decodeJpegDct(frame: Uint8Array, layout: PixelLayout): Promise<DecodedFrame> {
  const header = readJpegFrameHeader(frame);
  checkHeader(header, layout);
  if (!hasEndOfImage(frame)) throw damagedJpeg('is cut short');
  const warnings: string[] = [];
  if (isForTurbo(header, layout)) {
    try {
      return await decodeJpegTurbo(frame, layout);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      warnings.push('libjpeg-turbo finds this JPEG stream damaged.');
    }
  }
  return { pixels: widened(decodeJpegDctStream(frame).samples, layout), warnings };
}

/** The same array where the bits fit. */
function widened(samples: Uint8Array | Uint16Array, { dtype }: PixelLayout): StoredPixels {
  if (bytesPerValue(dtype) === samples.BYTES_PER_ELEMENT) return reinterpret(dtype, samples);
  const out = allocate(dtype, samples.length);
  out.set(samples);
  return out;
}

/** All samples of an 8-bit JPEG side by side, grey as one sample. Errors: damaged-pixels. */
export function decodeJpegSamples(stream: Uint8Array, toRgb: boolean): Uint8Array {
  try {
    const decoded = jpeg.decode(stream, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: toRgb,
      tolerantDecoding: false,
      maxResolutionInMP: 400,
      maxMemoryUsageInMB: 1024,
    });
    const { components } = readJpegFrameHeader(stream);
    return components === 1 ? everyThird(decoded.data) : decoded.data;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('damaged-pixels', `The JPEG image cannot be decoded: ${reason}`, { cause: thrown });
  }
}

/** jpeg-js gives grey images three equal samples. */
function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i] ?? 0;
  return grey;
}

function checkHeader(header: JpegFrameHeader, layout: PixelLayout): void {
  checkFrame(header.columns, header.rows, header.components, layout);
  if (header.precision > layout.bitsAllocated) throw damagedJpeg(`has ${header.precision} bits, the header says fewer`);
}
