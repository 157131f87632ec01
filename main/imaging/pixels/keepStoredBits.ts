import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { PixelLayout } from './pixelLayout.ts';

/**
 * Removes what lies outside BitsStored (overlays, rubbish) and extends the sign, in place (PS3.5 section 8.1.1). One loop for
 * each width, over unsigned words: a loop that sees several array types becomes slow.
 */
export function keepStoredBits(pixels: StoredPixels, layout: PixelLayout): StoredPixels {
  const { bitsAllocated, bitsStored, highBit, isSigned } = layout;
  if (layout.kind !== 'integer' || bitsStored === bitsAllocated) return pixels;
  const shift = Math.max(0, highBit + 1 - bitsStored);
  const up = 32 - bitsStored;
  const { byteOffset, length } = pixels;
  const buffer = pixels.buffer as ArrayBuffer;
  if (pixels.BYTES_PER_ELEMENT === 2) keep16(new Uint16Array(buffer, byteOffset, length), shift, up, isSigned);
  else if (pixels.BYTES_PER_ELEMENT === 1) keep8(new Uint8Array(buffer, byteOffset, length), shift, up, isSigned);
  else keep32(new Uint32Array(buffer, byteOffset, length), shift, up, isSigned);
  return pixels;
}

function keep16(words: Uint16Array, shift: number, up: number, isSigned: boolean): void {
  if (isSigned) for (let i = 0; i < words.length; i++) words[i] = (((words[i] ?? 0) >>> shift) << up) >> up;
  else for (let i = 0; i < words.length; i++) words[i] = (((words[i] ?? 0) >>> shift) << up) >>> up;
}

function keep8(words: Uint8Array, shift: number, up: number, isSigned: boolean): void {
  for (let i = 0; i < words.length; i++) {
    const value = ((words[i] ?? 0) >>> shift) << up;
    words[i] = isSigned ? value >> up : value >>> up;
  }
}

function keep32(words: Uint32Array, shift: number, up: number, isSigned: boolean): void {
  for (let i = 0; i < words.length; i++) {
    const value = ((words[i] ?? 0) >>> shift) << up;
    words[i] = isSigned ? value >> up : value >>> up;
  }
}
