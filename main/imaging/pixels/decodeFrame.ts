import { inflateRawSync } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import { decodeJpegDct, decodeJpegLossless } from './decodeJpeg.ts';
import { jpeg2000Codec } from './decodeJpeg2000.ts';
import { jpegLsCodec } from './decodeJpegLs.ts';
import { jpegXlCodec } from './decodeJpegXl.ts';
import { decodeNative, nativeFrame } from './decodeNative.ts';
import { decodeRle } from './decodeRle.ts';
import { frameFragments } from './frameFragments.ts';
import { keepStoredBits } from './keepStoredBits.ts';
import { type PixelLayout, pixelLayoutOf } from './pixelLayout.ts';
import { arrayFromBytes } from './storedArray.ts';
import { unpackBits } from './unpackBits.ts';
import type { DecodedFrame } from './wasmCodec.ts';

/**
 * Stored values of one frame before any LUT or colour conversion: row-major, samples of a pixel side by side, native
 * byte order, type `layout.dtype`. YBR stays YBR (4:2:2 replicated), palette images keep their indices. `frameNumber`
 * counts from 1. Errors: no-pixel-data, missing-attribute, unsupported-transfer-syntax, unsupported-pixel-format,
 * damaged-pixels, limit-exceeded, not-found.
 */
export async function decodeFrame(header: DicomHeader, frameNumber: number): Promise<DecodedFrame> {
  const layout = pixelLayoutOf(header);
  if (!Number.isInteger(frameNumber) || frameNumber < 1 || frameNumber > layout.frames) {
    throw new AppError('not-found', `There is no frame ${frameNumber}; the image has ${layout.frames}.`);
  }
  const { codec, name } = header.transferSyntax;
  if (codec === 'native') {
    return { pixels: keepStoredBits(decodeNative(header, layout, frameNumber), layout), warnings: [] };
  }
  if (codec === 'unsupported') {
    throw new AppError('unsupported-transfer-syntax', `Images in transfer syntax "${name}" cannot be read.`);
  }
  const frame = frameFragments(header, layout.frames, frameNumber);
  switch (codec) {
    case 'encapsulated-native':
      return { pixels: keepStoredBits(nativeFrame(frame, { ...layout, frames: 1 }, 1, false), layout), warnings: [] };
    case 'rle':
      return { pixels: keepStoredBits(decodeRle(frame, layout), layout), warnings: [] };
    case 'deflated-frames':
      return { pixels: decodeDeflated(frame, layout), warnings: [] };
    case 'jpeg-dct':
      return decodeJpegDct(frame, layout);
    case 'jpeg-lossless':
      return { pixels: decodeJpegLossless(frame, layout), warnings: [] };
    case 'jpeg-ls':
      return jpegLsCodec.decode(frame, layout);
    case 'jpeg-2000':
      return jpeg2000Codec.decode(frame, layout);
    case 'jpeg-xl':
      return jpegXlCodec.decode(frame, layout);
  }
}

function decodeDeflated(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  const values = layout.rows * layout.columns * layout.samplesPerPixel;
  const size = Math.ceil((values * layout.bitsAllocated) / 8);
  const bytes = inflate(frame, size + 2);
  if (bytes.length < size) throw new AppError('damaged-pixels', 'The deflated frame is too short.');
  return layout.bitsAllocated === 1 ? unpackBits(bytes, 0, values) : arrayFromBytes(layout.dtype, bytes, values);
}

function inflate(frame: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateRawSync(frame, { maxOutputLength });
  } catch (thrown) {
    throw new AppError('damaged-pixels', 'The deflated frame cannot be inflated to its size.', { cause: thrown });
  }
}
