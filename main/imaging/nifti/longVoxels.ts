import { AppError } from '../../domain/errors.ts';

/** 64-bit voxels as the narrowest type that holds them all: numpy writes label maps that way. */
export interface NarrowedVoxels {
  readonly dtype: 'int32' | 'float64';
  /** Native byte order. */
  readonly bytes: Uint8Array;
}

/** Errors: unsupported-pixel-format where a value is not exact as a double. */
export function narrowLongVoxels(voxels: Uint8Array, isUnsigned: boolean, isBigEndian: boolean): NarrowedVoxels {
  const view = new DataView(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  const values = new Float64Array(voxels.byteLength >> 3);
  let fitsInt32 = true;
  for (let i = 0; i < values.length; i++) {
    const value = Number(isUnsigned ? view.getBigUint64(8 * i, !isBigEndian) : view.getBigInt64(8 * i, !isBigEndian));
    if (!Number.isSafeInteger(value)) {
      throw new AppError('unsupported-pixel-format', 'This NIfTI file holds 64-bit numbers beyond 2^53.');
    }
    values[i] = value;
    fitsInt32 &&= value === (value | 0);
  }
  const narrowed = fitsInt32 ? Int32Array.from(values) : values;
  return { dtype: fitsInt32 ? 'int32' : 'float64', bytes: new Uint8Array(narrowed.buffer) };
}
