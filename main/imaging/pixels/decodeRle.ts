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
  if (segments === 1) {
    unpackSegment(segmentOf(frame, 0, 1), bytes);
    return stored;
  }
  const planes = Array.from({ length: segments }, (_, i) => {
    const plane = new Uint8Array(pixels);
    unpackSegment(segmentOf(frame, i, segments), plane);
    return plane;
  });
  weave(planes, size, stored, bytes);
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

function fillRun(out: Uint8Array, to: number, end: number, value: number): void {
  if (end - to >= longRun) out.fill(value, to, end);
  else for (let i = to; i < end; i++) out[i] = value;
}

function copyRun(out: Uint8Array, to: number, end: number, from: Uint8Array, at: number): void {
  if (end - to >= 2 * longRun) out.set(from.subarray(at, at + end - to), to);
  else for (let i = to, n = at; i < end; i++, n++) out[i] = from[n] ?? 0;
}

/** Byte planes -> values; the two usual kinds in one pass. */
function weave(planes: readonly Uint8Array[], size: number, stored: StoredPixels, bytes: Uint8Array): void {
  const [first, second, third] = planes;
  if (planes.length === 2 && size === 2 && first && second) {
    weaveTwo(first, second, new Uint16Array(stored.buffer as ArrayBuffer));
  } else if (planes.length === 3 && size === 1 && first && second && third) {
    weaveThree(first, second, third, bytes);
  } else {
    planes.forEach((plane, i) => {
      // The most significant byte comes first.
      spread(plane, bytes, i - (i % size) + size - 1 - (i % size), planes.length);
    });
  }
}

function weaveTwo(high: Uint8Array, low: Uint8Array, out: Uint16Array): void {
  for (let i = 0; i < out.length; i++) out[i] = ((high[i] ?? 0) << 8) | (low[i] ?? 0);
}

function weaveThree(red: Uint8Array, green: Uint8Array, blue: Uint8Array, out: Uint8Array): void {
  for (let i = 0, to = 0; i < red.length; i++, to += 3) {
    out[to] = red[i] ?? 0;
    out[to + 1] = green[i] ?? 0;
    out[to + 2] = blue[i] ?? 0;
  }
}

function spread(plane: Uint8Array, out: Uint8Array, offset: number, stride: number): void {
  for (let i = 0, to = offset; i < plane.length; i++, to += stride) out[to] = plane[i] ?? 0;
}

function damaged(how: string): AppError {
  return new AppError('damaged-pixels', `The RLE data ${how}.`);
}
