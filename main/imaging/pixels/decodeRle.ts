import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { arrayFromBytes, bytesPerValue } from './storedArray.ts';
import { unpackBits } from './unpackBits.ts';

/**
 * RLE Lossless (PS3.5 annex G): one PackBits segment per byte plane, sample by sample, most significant byte first.
 * Returns samples side by side. Errors: damaged-pixels.
 */
export function decodeRle(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  const pixels = layout.rows * layout.columns;
  if (layout.bitsAllocated === 1) {
    const packed = new Uint8Array(Math.ceil(pixels / 8));
    unpackSegment(segmentOf(frame, 0, 1), packed, 0, 1);
    return unpackBits(packed, 0, pixels);
  }
  const size = bytesPerValue(layout.dtype);
  const segments = layout.samplesPerPixel * size;
  const bytes = new Uint8Array(pixels * segments);
  for (let i = 0; i < segments; i++) {
    const sample = Math.floor(i / size);
    const byteOfValue = size - 1 - (i % size);
    unpackSegment(segmentOf(frame, i, segments), bytes, sample * size + byteOfValue, segments);
  }
  return arrayFromBytes(layout.dtype, bytes, pixels * layout.samplesPerPixel);
}

function segmentOf(frame: Uint8Array, index: number, expected: number): Uint8Array {
  if (frame.length < 64) throw damaged('has no segment header');
  const view = new DataView(frame.buffer, frame.byteOffset, 64);
  const count = view.getUint32(0, true);
  if (count !== expected) throw damaged(`has ${count} segments instead of ${expected}`);
  const start = view.getUint32(4 + 4 * index, true);
  const end = index + 1 < count ? view.getUint32(8 + 4 * index, true) : frame.length;
  if (start < 64 || start > end || end > frame.length) throw damaged('has a segment out of bounds');
  return frame.subarray(start, end);
}

/** PackBits into every `stride`-th byte of `out`; the plane must be filled exactly (surplus input is padding). */
function unpackSegment(segment: Uint8Array, out: Uint8Array, offset: number, stride: number): void {
  let position = offset;
  let i = 0;
  while (i + 1 < segment.length && position < out.length) {
    const control = segment[i++] ?? 128;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = isRun ? 257 - control : control + 1;
    if (!isRun && i + count > segment.length) throw damaged('ends within a literal run');
    for (let n = 0; n < count && position < out.length; n++) {
      out[position] = segment[isRun ? i : i + n] ?? 0;
      position += stride;
    }
    i += isRun ? 1 : count;
  }
  if (position < out.length) throw damaged('is too short');
}

function damaged(how: string): AppError {
  return new AppError('damaged-pixels', `The RLE data ${how}.`);
}
