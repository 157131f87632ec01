import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { allocate, bytesOfArray, bytesPerValue } from './storedArray.ts';
import { unpackBits } from './unpackBits.ts';

/** From this length on, the call of `set` or `fill` is paid back. */
const longRun = 24;

/**
 * RLE Lossless (PS3.5 annex G): one PackBits segment per byte plane, sample by sample, most significant byte first.
 * Returns samples side by side. Errors: damaged-pixels.
 */
export function decodeRle(frame: Uint8Array, layout: PixelLayout): StoredPixels {
  const pixels = layout.rows * layout.columns;
  if (layout.bitsAllocated === 1) {
    const packed = new Uint8Array(Math.ceil(pixels / 8));
    unpackSegment(segmentOf(frame, 0, 1), packed);
    return unpackBits(packed, 0, pixels);
  }
  const size = bytesPerValue(layout.dtype);
  const segments = layout.samplesPerPixel * size;
  const stored = allocate(layout.dtype, pixels * layout.samplesPerPixel);
  const bytes = bytesOfArray(stored);
  for (let i = 0; i < segments; i++) {
    // The machine is little endian: of each sample the first plane is its last byte.
    const place = i - 2 * (i % size) + size - 1;
    if (segments === 1) unpackSegment(segmentOf(frame, 0, 1), bytes);
    else unpackSpread(segmentOf(frame, i, segments), bytes, place, segments);
  }
  return stored;
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

/** PackBits into `out`, which must be filled exactly (surplus input is padding). */
function unpackSegment(segment: Uint8Array, out: Uint8Array): void {
  const { length } = out;
  let to = 0;
  let from = 0;
  while (from + 1 < segment.length && to < length) {
    const control = segment[from++] ?? 128;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = isRun ? 257 - control : control + 1;
    if (!isRun && from + count > segment.length) throw damaged('ends within a literal run');
    const end = Math.min(to + count, length);
    if (isRun) fillRun(out, to, end, segment[from] ?? 0);
    else copyRun(out, to, end, segment, from);
    to = end;
    from += isRun ? 1 : count;
  }
  if (to < length) throw damaged('is too short');
}

/** PackBits into every `step`-th byte of `out` from `start`; `out` holds zeros, which are not written again. */
function unpackSpread(segment: Uint8Array, out: Uint8Array, start: number, step: number): void {
  const { length } = out;
  const last = segment.length - 1;
  let to = start;
  let from = 0;
  while (from < last && to < length) {
    const control = segment[from++] ?? 128;
    if (control < 128) {
      const stop = from + control + 1;
      if (stop > segment.length) throw damaged('ends within a literal run');
      const end = Math.min(to + (control + 1) * step, length);
      for (; to < end; to += step) out[to] = segment[from++] ?? 0;
      from = stop;
    } else if (control > 128) {
      const value = segment[from++] ?? 0;
      const end = to + (257 - control) * step;
      if (value === 0) to = end;
      else for (const stop = Math.min(end, length); to < stop; to += step) out[to] = value;
    }
  }
  if (to < length) throw damaged('is too short');
}

function fillRun(out: Uint8Array, to: number, end: number, value: number): void {
  if (end - to >= longRun) out.fill(value, to, end);
  else for (let i = to; i < end; i++) out[i] = value;
}

function copyRun(out: Uint8Array, to: number, end: number, from: Uint8Array, at: number): void {
  if (end - to >= 2 * longRun) out.set(from.subarray(at, at + end - to), to);
  else for (let i = to, n = at; i < end; i++, n++) out[i] = from[n] ?? 0;
}

function damaged(how: string): AppError {
  return new AppError('damaged-pixels', `The RLE data ${how}.`);
}
