import { createHash, type Hash } from 'node:crypto';
import path from 'node:path';
import { asAppError } from '../domain/errors.ts';
import type { Attributes } from '../domain/keywords.ts';
import { openDicom } from './dicom/openDicom.ts';
import { type DicomHeader, readHeader } from './dicom/readHeader.ts';
import { parseAddress } from './files/address.ts';
import { openSource } from './files/openSource.ts';
import { sniffFormat } from './files/sniffFormat.ts';
import type { OpenedImage } from './openedImage.ts';
import { openImageBytes } from './openImage.ts';
import { bytesOfArray } from './pixels/storedArray.ts';

/** Columns of `inspect`, stable: scripts read them. Those that only a curator can fill in stay null. */
export const inspectColumns = [
  'file',
  'licence',
  'licence_note',
  'bytes',
  'file_sha256',
  'has_preamble',
  'read_error',
  'sop_class',
  'sop_instance_uid',
  'series_uid',
  'transfer_syntax',
  'transfer_syntax_name',
  'modality',
  'rows',
  'cols',
  'frames',
  'samples',
  'photometric',
  'planar',
  'bits_allocated',
  'bits_stored',
  'high_bit',
  'pixel_rep',
  'rescale_slope',
  'rescale_intercept',
  'window_center',
  'window_width',
  'charset',
  'patient_name',
  'patient_id',
  'features',
  'decodes',
  'lossy',
  'decoder',
  'array_shape',
  'array_dtype',
  'px_min',
  'px_max',
  'px_mean',
  'px_sha256',
  'cross_check',
  'expect',
  'decode_error',
] as const;

export type InspectColumn = (typeof inspectColumns)[number];
export type InspectValue = string | number | readonly (string | number)[] | null;
export type InspectRow = {
  readonly path: string;
  readonly error?: { readonly code: string; readonly message: string };
} & {
  readonly [C in InspectColumn]?: InspectValue;
};

/**
 * Facts of one file for `groundglass inspect`. A file whose header cannot be read gives only path and error; one whose
 * pixels cannot be decoded gives its header facts and the error. Never throws for a bad file. `root` is what the `file`
 * column is relative to.
 */
export async function inspectFile(
  address: string,
  options: { readonly pixels: boolean; readonly root?: string },
): Promise<InspectRow> {
  try {
    const bytes = await openSource(address);
    const row = { ...emptyRow(), ...fileFacts(address, bytes, options.root) };
    const { filePath, entryPath } = parseAddress(address);
    const format = sniffFormat(bytes.subarray(0, 1024), entryPath ?? filePath);
    const isDicom = format === 'dicom' || format === 'dicomdir';
    const header = isDicom ? readHeader(bytes) : undefined;
    const facts = header ? headerFacts(header) : {};
    if (header && !header.pixels) return { path: address, ...row, ...facts, decodes: 'no-pixel-data' };
    const open = () => (header ? openDicom(header) : openImageBytes(bytes, address));
    if (header && !options.pixels) return { path: address, ...row, ...facts };
    const pixels = await inspectPixels(open, options.pixels, header);
    return { path: address, ...row, ...facts, ...pixels };
  } catch (thrown) {
    const { code, message } = asAppError(thrown, 'file-unreadable');
    return { path: address, error: { code, message } };
  }
}

function emptyRow(): Record<InspectColumn, InspectValue> {
  return Object.fromEntries(inspectColumns.map((column) => [column, null])) as Record<InspectColumn, InspectValue>;
}

type Facts = Partial<Record<InspectColumn, InspectValue>>;

function fileFacts(address: string, bytes: Uint8Array, root: string | undefined): Facts {
  const file = root === undefined ? path.basename(address) : path.relative(root, address).split(path.sep).join('/');
  return { file, bytes: bytes.length, file_sha256: createHash('sha256').update(bytes).digest('hex') };
}

function headerFacts(header: DicomHeader): Facts {
  const { attributes, transferSyntax } = header;
  const isNamed = !header.isTransferSyntaxAssumed;
  return {
    has_preamble: header.hasPreamble ? 1 : 0,
    transfer_syntax: isNamed ? transferSyntax.uid : null,
    transfer_syntax_name: isNamed ? transferSyntax.name : null,
    lossy: header.pixels ? Number(transferSyntax.isLossy) : null,
    features: header.features.join(' ') || null,
    ...attributeFacts(attributes),
  };
}

function attributeFacts(attributes: Attributes): Facts {
  return {
    sop_class: attributes.sopClassUid ?? null,
    sop_instance_uid: attributes.sopInstanceUid ?? null,
    series_uid: attributes.seriesInstanceUid ?? null,
    modality: attributes.modality ?? null,
    rows: attributes.rows ?? null,
    cols: attributes.columns ?? null,
    frames: attributes.numberOfFrames ?? null,
    samples: attributes.samplesPerPixel ?? null,
    photometric: attributes.photometricInterpretation ?? null,
    planar: attributes.planarConfiguration ?? null,
    bits_allocated: attributes.bitsAllocated ?? null,
    bits_stored: attributes.bitsStored ?? null,
    high_bit: attributes.highBit ?? null,
    pixel_rep: attributes.pixelRepresentation ?? null,
    rescale_slope: attributes.rescaleSlope ?? null,
    rescale_intercept: attributes.rescaleIntercept ?? null,
    window_center: oneOrMany(attributes.windowCenter),
    window_width: oneOrMany(attributes.windowWidth),
    charset: oneOrMany(attributes.specificCharacterSet),
    patient_name: attributes.patientName ?? null,
    patient_id: attributes.patientId ?? null,
  };
}

function oneOrMany(values: readonly (string | number)[] | undefined): InspectValue {
  if (!values || values.length === 0) return null;
  return values.length === 1 ? values[0] || (values[0] === 0 ? 0 : null) : values;
}

async function inspectPixels(
  open: () => OpenedImage,
  withPixels: boolean,
  header: DicomHeader | undefined,
): Promise<Facts & Pick<InspectRow, 'error'>> {
  let layout: Facts = {};
  try {
    const image = open();
    layout = layoutFacts(image, header);
    return withPixels ? { ...layout, decodes: 'yes', ...(await pixelFacts(image)) } : layout;
  } catch (thrown) {
    if (!header) throw thrown;
    const { code, message } = asAppError(thrown, 'damaged-pixels');
    return { ...layout, decodes: 'no', decode_error: message, error: { code, message } };
  }
}

function layoutFacts({ layout, format }: OpenedImage, header: DicomHeader | undefined): Facts {
  // Float pixels keep their frame axis where NumberOfFrames is stated, integer ones only where there are several frames.
  const hasFrameAxis =
    layout.frames > 1 || (layout.kind !== 'integer' && header?.attributes.numberOfFrames !== undefined);
  const shape = [layout.rows, layout.columns, ...(layout.samplesPerPixel === 3 ? [3] : [])];
  const ofPlainImage = {
    rows: layout.rows,
    cols: layout.columns,
    frames: layout.frames,
    samples: layout.samplesPerPixel,
    photometric: layout.photometricInterpretation,
    bits_allocated: layout.bitsAllocated,
    bits_stored: layout.bitsStored,
    lossy: format === 'jpeg' ? 1 : 0,
  };
  return {
    ...(header ? {} : ofPlainImage),
    decoder: header?.transferSyntax.codec ?? format,
    array_shape: hasFrameAxis ? [layout.frames, ...shape] : shape,
    array_dtype: layout.dtype,
  };
}

/** Over all frames in order; the hash is of the stored values in C order, little endian. `decode_error` keeps complaints. */
async function pixelFacts(image: OpenedImage): Promise<Facts> {
  const hash: Hash = createHash('sha256');
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  const complaints = new Set<string>();
  for (let frame = 1; frame <= image.layout.frames; frame++) {
    const { pixels, warnings } = await image.decode(frame);
    for (const warning of warnings) complaints.add(warning.trim());
    hash.update(bytesOfArray(pixels));
    for (const value of pixels) {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      sum += value;
    }
    count += pixels.length;
  }
  const decodeError = complaints.size > 0 ? `warning: ${[...complaints].join('; ').slice(0, 500)}` : null;
  return {
    decode_error: decodeError,
    px_min: minimum,
    px_max: maximum,
    px_mean: sum / count,
    px_sha256: hash.digest('hex'),
  };
}
