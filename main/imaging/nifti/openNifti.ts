import { gunzipSync } from 'node:zlib';
import { NIFTI1, type NIFTI2, readHeader as readNiftiHeader } from 'nifti-reader-js';
import { AppError } from '../../domain/errors.ts';
import {
  type Affine,
  length,
  normalize,
  type Orientation,
  type PatientPoint,
  type Vector3,
} from '../../domain/geometry.ts';
import type { FrameFacts, PixelDtype } from '../../domain/imageTypes.ts';
import { limits } from '../limits.ts';
import type { OpenedImage } from '../openedImage.ts';
import type { PixelLayout } from '../pixels/pixelLayout.ts';
import { arrayFromBytes, bytesPerValue } from '../pixels/storedArray.ts';
import { narrowLongVoxels } from './longVoxels.ts';
import { lpsAffine } from './niftiAffine.ts';

export interface OpenedNifti extends OpenedImage {
  /** The voxels as stored, for hashing. */
  readonly voxels: Uint8Array;
}

const dtypes: Readonly<Record<number, PixelDtype>> = {
  [NIFTI1.TYPE_UINT8]: 'uint8',
  [NIFTI1.TYPE_INT8]: 'int8',
  [NIFTI1.TYPE_INT16]: 'int16',
  [NIFTI1.TYPE_UINT16]: 'uint16',
  [NIFTI1.TYPE_INT32]: 'int32',
  [NIFTI1.TYPE_UINT32]: 'uint32',
  [NIFTI1.TYPE_FLOAT32]: 'float32',
  [NIFTI1.TYPE_FLOAT64]: 'float64',
  [NIFTI1.TYPE_RGB24]: 'uint8',
};

const longTypes = new Set<number>([NIFTI1.TYPE_INT64, NIFTI1.TYPE_UINT64]);

/**
 * A NIfTI-1 or -2 file, gzipped or not. Slices are frames 1..n, volumes of a 4D image one after the other; columns run
 * along i, rows along j. 64-bit integers become 32-bit ones where they fit, else doubles. RAS+ is turned into LPS+. Errors: unknown-format, damaged-header, damaged-pixels,
 * unsupported-pixel-format, limit-exceeded.
 */
export function openNifti(file: Uint8Array): OpenedNifti {
  const bytes = inflated(file);
  const header = parseHeader(bytes);
  const shape = shapeOf(header);
  const voxels = voxelsOf(bytes, header, shape);
  const { dtype, stored, isBigEndian } = storedVoxels(voxels, header);
  const layout = layoutOf(header, shape, dtype);
  const affine = lpsAffine(header, bytes);
  const slicesPerVolume = Math.max(1, header.dims[3] ?? 1);
  const frameValues = layout.rows * layout.columns * layout.samplesPerPixel;
  const frameBytes = frameValues * bytesPerValue(dtype);
  return {
    format: 'nifti',
    layout,
    voxels,
    describe: (frameNumber) => ({
      facts: factsOf(header, affine, frameNumber, slicesPerVolume),
      modalityLut: undefined,
      voiLuts: [],
    }),
    decode: async (frameNumber) => {
      const frame = stored.subarray(frameBytes * (frameNumber - 1), frameBytes * frameNumber);
      return { pixels: arrayFromBytes(dtype, frame, frameValues, isBigEndian), warnings: [] };
    },
    display: { isInverted: false },
  };
}

function inflated(file: Uint8Array): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  try {
    return gunzipSync(file, { maxOutputLength: limits.niftiBytes });
  } catch (thrown) {
    if (thrown instanceof RangeError)
      throw new AppError('limit-exceeded', 'The file inflates beyond the limit.', { cause: thrown });
    throw new AppError('damaged-pixels', 'The compressed file is damaged.', { cause: thrown });
  }
}

function parseHeader(bytes: Uint8Array): NIFTI1 | NIFTI2 {
  try {
    // The reader takes whole buffers only; the header fits into the first kilobytes.
    const start = new Uint8Array(bytes.subarray(0, 4096));
    const header = readNiftiHeader(start.buffer);
    if (!header) throw new Error('no header');
    return header;
  } catch (thrown) {
    throw new AppError('damaged-header', 'This is not a readable NIfTI file.', { cause: thrown });
  }
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
}

function shapeOf(header: NIFTI1 | NIFTI2): Shape {
  const [dimensions = 0, columns = 0, rows = 0, ...rest] = header.dims;
  const frames = rest.slice(0, Math.max(0, dimensions - 2)).reduce((product, n) => product * Math.max(1, n), 1);
  if (!(columns >= 1 && rows >= 1 && rows <= 65_535 && columns <= 65_535 && frames <= limits.frames)) {
    throw new AppError('limit-exceeded', 'The dimensions of this NIfTI file are out of range.');
  }
  return { rows, columns, frames };
}

function voxelsOf(bytes: Uint8Array, header: NIFTI1 | NIFTI2, { rows, columns, frames }: Shape): Uint8Array {
  const isLong = longTypes.has(header.datatypeCode);
  const dtype = isLong ? 'float64' : dtypes[header.datatypeCode];
  if (!dtype) {
    throw new AppError('unsupported-pixel-format', `NIfTI data type ${header.datatypeCode} is not supported.`);
  }
  const samples = header.datatypeCode === NIFTI1.TYPE_RGB24 ? 3 : 1;
  const size = rows * columns * frames * samples * bytesPerValue(dtype);
  const start = Math.round(header.vox_offset);
  const voxels = bytes.subarray(start, start + size);
  if (!(start >= 0) || voxels.length < size) throw new AppError('damaged-pixels', 'The voxels are cut short.');
  return voxels;
}

function storedVoxels(voxels: Uint8Array, header: NIFTI1 | NIFTI2) {
  const isBigEndian = !header.littleEndian;
  if (longTypes.has(header.datatypeCode)) {
    const narrowed = narrowLongVoxels(voxels, header.datatypeCode === NIFTI1.TYPE_UINT64, isBigEndian);
    return { dtype: narrowed.dtype, stored: narrowed.bytes, isBigEndian: false };
  }
  return { dtype: dtypes[header.datatypeCode] ?? ('uint8' as const), stored: voxels, isBigEndian };
}

function layoutOf(header: NIFTI1 | NIFTI2, shape: Shape, dtype: PixelDtype): PixelLayout {
  const isRgb = header.datatypeCode === NIFTI1.TYPE_RGB24;
  const bitsAllocated = bytesPerValue(dtype) * 8;
  return {
    ...shape,
    samplesPerPixel: isRgb ? 3 : 1,
    kind: dtype === 'float32' ? 'float' : dtype === 'float64' ? 'double' : 'integer',
    bitsAllocated,
    bitsStored: bitsAllocated,
    highBit: bitsAllocated - 1,
    isSigned: !dtype.startsWith('u'),
    isPlanar: false,
    photometricInterpretation: isRgb ? 'RGB' : 'MONOCHROME2',
    dtype,
  };
}

function factsOf(header: NIFTI1 | NIFTI2, affine: Affine, frameNumber: number, slices: number): FrameFacts {
  const slice = (frameNumber - 1) % slices;
  const column = (c: 0 | 1 | 2): Vector3 => [affine[0][c], affine[1][c], affine[2][c]];
  const alongColumns = column(0);
  const alongRows = column(1);
  const across = column(2);
  const position: PatientPoint = [
    affine[0][3] + slice * across[0],
    affine[1][3] + slice * across[1],
    affine[2][3] + slice * across[2],
  ];
  const isUsable = length(alongColumns) > 0 && length(alongRows) > 0;
  // A slope of 0 means that there is none.
  const slope = header.scl_slope || 1;
  const isTimeSeries = (header.dims[0] ?? 0) > 3;
  return {
    frameNumber,
    ...(isUsable
      ? {
          position,
          orientation: [...normalize(alongColumns), ...normalize(alongRows)] as unknown as Orientation,
          pixelSpacing: [length(alongRows), length(alongColumns)] as const,
        }
      : {}),
    spacingBetweenSlices: length(across),
    rescaleSlope: slope,
    rescaleIntercept: header.scl_slope === 0 ? 0 : header.scl_inter,
    inStackPosition: slice + 1,
    ...(isTimeSeries ? { temporalPosition: Math.floor((frameNumber - 1) / slices) + 1 } : {}),
  };
}
