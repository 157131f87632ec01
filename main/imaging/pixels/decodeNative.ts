import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { allocate, arrayFromBytes, bytesPerValue, interleave } from './storedArray.ts';
import { unpackBits } from './unpackBits.ts';

/** One frame of uncompressed pixels, samples side by side; 4:2:2 chroma is replicated. Errors: damaged-pixels. */
export function decodeNative(header: DicomHeader, layout: PixelLayout, frameNumber: number): StoredPixels {
  const { hasBigEndianPixels } = header.transferSyntax;
  return nativeFrame(pixelBytes(header, layout), layout, frameNumber, hasBigEndianPixels);
}

/** Frame `frameNumber` of uncompressed frames that follow each other in `data`. Errors: damaged-pixels. */
export function nativeFrame(
  data: Uint8Array,
  layout: PixelLayout,
  frameNumber: number,
  isBigEndian: boolean,
): StoredPixels {
  const pixels = layout.rows * layout.columns;
  if (layout.bitsAllocated === 1) {
    // Frames of single-bit images follow each other without padding to bytes.
    needBytes(data, Math.ceil((pixels * frameNumber) / 8));
    return unpackBits(data, pixels * (frameNumber - 1), pixels);
  }
  const size = bytesPerValue(layout.dtype);
  const isSubsampled = isYbr422(layout);
  const values = isSubsampled && hasOnlyHalfChroma(data, layout) ? pixels * 2 : pixels * layout.samplesPerPixel;
  const start = values * size * (frameNumber - 1);
  needBytes(data, start + values * size);
  const isWordSwapped = isBigEndian && size > 1;
  const stored = arrayFromBytes(layout.dtype, data.subarray(start), values, isWordSwapped);
  if (values !== pixels * layout.samplesPerPixel) return replicateChroma(stored, pixels, layout);
  return layout.isPlanar ? interleave(stored, layout.dtype, pixels, 3) : stored;
}

/** Stored as Y1 Y2 Cb Cr per two pixels (PS3.3 C.7.6.3.1.2). */
export function isYbr422({ photometricInterpretation, samplesPerPixel }: PixelLayout): boolean {
  return /^YBR_(FULL|PARTIAL)_422$/.test(photometricInterpretation) && samplesPerPixel === 3;
}

/** Some writers store 4:2:2 in full; one byte may be missing to an even length. */
function hasOnlyHalfChroma(data: Uint8Array, layout: PixelLayout): boolean {
  return data.length < (layout.rows * layout.columns * 3 * layout.frames * layout.bitsAllocated) / 8;
}

function replicateChroma(stored: StoredPixels, pixels: number, layout: PixelLayout): StoredPixels {
  const out = allocate(layout.dtype, pixels * 3);
  for (let pair = 0; pair < pixels / 2; pair++) {
    for (let second = 0; second < 2; second++) {
      out[pair * 6 + second * 3] = stored[pair * 4 + second] ?? 0;
      out[pair * 6 + second * 3 + 1] = stored[pair * 4 + 2] ?? 0;
      out[pair * 6 + second * 3 + 2] = stored[pair * 4 + 3] ?? 0;
    }
  }
  return out;
}

function pixelBytes(header: DicomHeader, layout: PixelLayout): Uint8Array {
  const { pixels, bytes } = header;
  if (!pixels || pixels.encapsulated)
    throw new AppError('damaged-pixels', 'The pixels are encapsulated but not compressed.');
  const data = bytes.subarray(pixels.offset, pixels.offset + pixels.length);
  if (!pixels.isInWords || layout.bitsAllocated > 8) return data;
  return Buffer.from(data.subarray(0, data.length & ~1)).swap16();
}

function needBytes(data: Uint8Array, needed: number): void {
  if (data.length >= needed) return;
  throw new AppError('damaged-pixels', `The pixel data has ${data.length} bytes where ${needed} are needed.`);
}
