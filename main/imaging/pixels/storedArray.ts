import type { PixelDtype, StoredPixels } from '../../domain/imageTypes.ts';

const constructors = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export function bytesPerValue(dtype: PixelDtype): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

export function allocate(dtype: PixelDtype, length: number): StoredPixels {
  return new constructors[dtype](length);
}

/** numpy-style name of an array's type. */
export function dtypeOfArray(array: StoredPixels): PixelDtype {
  const entry = Object.entries(constructors).find(([, arrayType]) => array instanceof arrayType);
  if (!entry) throw new Error('not a pixel array');
  return entry[0] as PixelDtype;
}

/**
 * Values of `dtype` from `length` values' worth of bytes, copied, in native byte order.
 * The machine is taken to be little endian, as every platform of Node 24 is.
 */
export function arrayFromBytes(
  dtype: PixelDtype,
  bytes: Uint8Array,
  length: number,
  isBigEndian = false,
): StoredPixels {
  const size = bytesPerValue(dtype);
  // Not slice(): a Buffer's slice shares memory.
  const copy = new Uint8Array(bytes.subarray(0, length * size));
  if (copy.byteLength < length * size) throw new Error('too few bytes');
  if (isBigEndian && size > 1) swap(copy, size);
  return new constructors[dtype](copy.buffer, 0, length);
}

/** The same bits read as another type of the same size. */
export function reinterpret(dtype: PixelDtype, array: StoredPixels): StoredPixels {
  if (bytesPerValue(dtype) !== array.BYTES_PER_ELEMENT) throw new Error('sizes differ');
  return new constructors[dtype](array.buffer as ArrayBuffer, array.byteOffset, array.length);
}

function swap(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/** Samples stored plane by plane -> side by side. */
export function interleave(planes: StoredPixels, dtype: PixelDtype, pixels: number, samples: number): StoredPixels {
  const out = allocate(dtype, pixels * samples);
  for (let s = 0; s < samples; s++) {
    for (let i = 0; i < pixels; i++) out[i * samples + s] = planes[s * pixels + i] ?? 0;
  }
  return out;
}

/** The array's bytes, for hashing. */
export function bytesOfArray(array: StoredPixels): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
