import type { StoredPixels } from '../../domain/imageTypes.ts';
import { bytesOfArray } from './storedArray.ts';

/** A plane of bytes that can be read in words of four. */
export const allocatePlane = (length: number): Uint8Array =>
  new Uint8Array(new ArrayBuffer(4 * Math.ceil(length / 4)), 0, length);

/**
 * Byte planes of `allocatePlane` -> the values of `stored`, samples side by side: for each sample its bytes, the most
 * significant first (PS3.5 annex G.2). 16-bit grey and 8-bit RGB go four pixels at a time, on a little-endian machine.
 */
export function weavePlanes(planes: readonly Uint8Array[], stored: StoredPixels): void {
  const size = stored.BYTES_PER_ELEMENT;
  const bytes = bytesOfArray(stored);
  const [first, second, third] = planes;
  let done = 0;
  if (planes.length === 2 && size === 2 && first && second) done = weaveTwo(first, second, bytes);
  else if (planes.length === 3 && size === 1 && first && second && third)
    done = weaveThree(first, second, third, bytes);
  planes.forEach((plane, i) => {
    spread(plane, done, bytes, i - 2 * (i % size) + size - 1, planes.length);
  });
}

function spread(plane: Uint8Array, start: number, bytes: Uint8Array, offset: number, step: number): void {
  for (let n = start, to = offset + start * step; n < plane.length; n++, to += step) bytes[to] = plane[n] ?? 0;
}

/** The whole words of a plane, and of what it goes to. */
const words = (bytes: Uint8Array, count = bytes.length >> 2): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, count);

/** Returns the number of pixels done, a multiple of four. */
function weaveTwo(high: Uint8Array, low: Uint8Array, bytes: Uint8Array): number {
  const fours = high.length >> 2;
  const from = words(high);
  const from2 = words(low);
  const out = words(bytes, 2 * fours);
  for (let i = 0, to = 0; i < fours; i++, to += 2) {
    const h = from[i] ?? 0;
    const l = from2[i] ?? 0;
    out[to] = (l & 0xff) | ((h & 0xff) << 8) | ((l & 0xff00) << 8) | ((h & 0xff00) << 16);
    out[to + 1] = ((l >>> 16) & 0xff) | ((h >>> 8) & 0xff00) | ((l >>> 8) & 0xff0000) | (h & 0xff000000);
  }
  return 4 * fours;
}

function weaveThree(red: Uint8Array, green: Uint8Array, blue: Uint8Array, bytes: Uint8Array): number {
  const fours = red.length >> 2;
  const [reds, greens, blues] = [words(red), words(green), words(blue)];
  const out = words(bytes, 3 * fours);
  for (let i = 0, to = 0; i < fours; i++, to += 3) {
    const r = reds[i] ?? 0;
    const g = greens[i] ?? 0;
    const b = blues[i] ?? 0;
    out[to] = (r & 0xff) | ((g & 0xff) << 8) | ((b & 0xff) << 16) | ((r & 0xff00) << 16);
    out[to + 1] = ((g >>> 8) & 0xff) | (b & 0xff00) | (r & 0xff0000) | ((g & 0xff0000) << 8);
    out[to + 2] = ((b >>> 16) & 0xff) | ((r >>> 16) & 0xff00) | ((g >>> 8) & 0xff0000) | (b & 0xff000000);
  }
  return 4 * fours;
}
