import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { arrayFromBytes, bytesPerValue, interleave } from './storedArray.ts';
import { unpackBits } from './unpackBits.ts';

/** One frame of uncompressed pixels, samples side by side; 4:2:2 chroma is replicated. Errors: damaged-pixels. */
export function decodeNative(header: DicomHeader, layout: PixelLayout, frameNumber: number): StoredPixels {
  const data = pixelBytes(header, layout);
  const pixels = layout.rows * layout.columns;
  if (layout.bitsAllocated === 1) {
    // Frames of single-bit images follow each other without padding to bytes.
    needBytes(data, Math.ceil((pixels * frameNumber) / 8));
    return unpackBits(data, pixels * (frameNumber - 1), pixels);
  }
  const size = bytesPerValue(layout.dtype);
  const isSubsampled = layout.photometricInterpretation === 'YBR_FULL_422' && layout.samplesPerPixel === 3;
  const values = isSubsampled && hasOnlyHalfChroma(data, layout) ? pixels * 2 : pixels * layout.samplesPerPixel;
  const start = values * size * (frameNumber - 1);
  needBytes(data, start + values * size);
  const isWordSwapped = header.isBigEndian && size > 1;
  const stored = arrayFromBytes(layout.dtype, data.subarray(start), values, isWordSwapped);
  if (values !== pixels * layout.samplesPerPixel) return replicateChroma(stored, pixels, layout);
  return layout.isPlanar ? interleave(stored, layout.dtype, pixels, 3) : stored;
}

/** YBR_FULL_422 is stored as Y1 Y2 Cb Cr per two pixels (PS3.3 C.7.6.3.1.2); some writers store it in full. */
function hasOnlyHalfChroma(data: Uint8Array, layout: PixelLayout): boolean {
  return data.length < layout.rows * layout.columns * 3 * layout.frames;
}

function replicateChroma(stored: StoredPixels, pixels: number, layout: PixelLayout): StoredPixels {
  const out = new Uint8Array(pixels * 3);
  if (layout.bitsAllocated !== 8) throw new AppError('unsupported-pixel-format', 'YBR_FULL_422 needs 8 bits.');
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
