import { AppError } from '../../domain/errors.ts';
import type { PixelDtype, PixelKind } from '../../domain/imageTypes.ts';
import type { Attributes } from '../../domain/keywords.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import { limits } from '../limits.ts';

/** The shape of the stored values as the header states it, checked for sense (PS3.3 C.7.6.3). */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: 1 | 3;
  readonly kind: PixelKind;
  /** 1, 8, 16, 32 or 64 */
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  /** Samples of a frame plane by plane instead of pixel by pixel. */
  readonly isPlanar: boolean;
  readonly photometricInterpretation: string;
  readonly dtype: PixelDtype;
}

/**
 * Errors: no-pixel-data, missing-attribute, unsupported-pixel-format, limit-exceeded, damaged-header.
 */
export function pixelLayoutOf(header: DicomHeader): PixelLayout {
  const { attributes, pixels } = header;
  if (!pixels) throw new AppError('no-pixel-data', 'This object holds no image.');
  const { rows, columns, frames } = checkImageSize(attributes);
  const samples = attributes.samplesPerPixel ?? 1;
  const photometricInterpretation = required(attributes.photometricInterpretation, 'PhotometricInterpretation');
  const isFloat = pixels.kind !== 'integer';
  const bitsAllocated = isFloat
    ? pixels.kind === 'float'
      ? 32
      : 64
    : required(attributes.bitsAllocated, 'BitsAllocated');
  const bitsStored = isFloat ? bitsAllocated : (attributes.bitsStored ?? bitsAllocated);
  const representation = isFloat ? 1 : required(attributes.pixelRepresentation, 'PixelRepresentation');
  if (samples !== 1 && samples !== 3) throw unsupported(`${samples} samples per pixel`);
  if (!isFloat && ![1, 8, 16, 32].includes(bitsAllocated)) throw unsupported(`${bitsAllocated} bits allocated`);
  if (bitsStored < 1 || bitsStored > bitsAllocated) throw unsupported(`${bitsStored} of ${bitsAllocated} bits stored`);
  if ((rows * columns * samples * bitsAllocated) / 8 > limits.frameBytes) {
    throw new AppError('limit-exceeded', 'One frame of this image is beyond the size limit.');
  }
  if ((rows * columns * samples * bitsAllocated * frames) / 8 > limits.imageBytes) {
    throw new AppError('limit-exceeded', 'The frames of this image together are beyond the size limit.');
  }
  const isSigned = representation === 1;
  return {
    rows,
    columns,
    frames,
    samplesPerPixel: samples,
    kind: pixels.kind,
    bitsAllocated,
    bitsStored,
    highBit: isFloat ? bitsAllocated - 1 : (attributes.highBit ?? bitsStored - 1),
    isSigned,
    isPlanar: samples === 3 && attributes.planarConfiguration === 1,
    photometricInterpretation,
    dtype: dtypeOf(pixels.kind, bitsAllocated, isSigned),
  };
}

function required<T>(value: T | undefined, keyword: string): T {
  if (value === undefined) throw new AppError('missing-attribute', `The header lacks ${keyword}.`);
  return value;
}

function unsupported(what: string): AppError {
  return new AppError('unsupported-pixel-format', `Pixels with ${what} are not supported.`);
}

/** Rows, columns and frames (at least 1). Errors: missing-attribute, damaged-header, limit-exceeded. */
export function checkImageSize(attributes: Attributes): {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
} {
  const rows = required(attributes.rows, 'Rows');
  const columns = required(attributes.columns, 'Columns');
  const frames = attributes.numberOfFrames ?? 1;
  if (rows === 0 || columns === 0) throw new AppError('damaged-header', 'The image has no rows or no columns.');
  if (!Number.isInteger(frames) || frames < 0 || frames > limits.frames) {
    throw new AppError('limit-exceeded', `An image with ${frames} frames is beyond the limit.`);
  }
  return { rows, columns, frames: Math.max(1, frames) };
}

function dtypeOf(kind: PixelKind, bitsAllocated: number, isSigned: boolean): PixelDtype {
  if (kind === 'float') return 'float32';
  if (kind === 'double') return 'float64';
  const bits = bitsAllocated === 1 ? 8 : bitsAllocated;
  return `${isSigned && bitsAllocated > 1 ? '' : 'u'}int${bits}` as PixelDtype;
}
