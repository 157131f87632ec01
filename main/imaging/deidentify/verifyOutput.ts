import { createHash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { Attributes } from '../../domain/keywords.ts';
import { describeFrame } from '../dicom/frameFacts.ts';
import { parseElements } from '../dicom/parseElements.ts';
import { type DicomHeader, readHeader } from '../dicom/readHeader.ts';
import { decide } from './decide.ts';
import { type DataSet, elementTree } from './elementTree.ts';
import type { DeidentifyOptions } from './options.ts';

export interface Expectation {
  readonly source: DicomHeader;
  readonly options: DeidentifyOptions;
  readonly identity: readonly string[];
  /** SHA-256 of the pixel element's value as it was meant to be written; undefined without pixels. */
  readonly pixelSha256: string | undefined;
  readonly isMasked: boolean;
}

const framesCompared = 500;
const pixelFacts = [
  'rows',
  'columns',
  'numberOfFrames',
  'samplesPerPixel',
  'bitsAllocated',
  'pixelRepresentation',
] as const;
const addedTags = new Set(['00120062', '00120063', '00120064', '00280303', '00280301']);

/**
 * Reads the new file as any reader would and compares: geometry and pixel description as in the source, pixels as written,
 * no element that had to go, no name or identifier of the source outside the pixels. Errors: deidentification-failed.
 */
export function verifyOutput(output: Uint8Array, expected: Expectation): void {
  const parsed = parseElements(output);
  const header = readHeader(output);
  if (output.subarray(0, 128).some((byte) => byte !== 0)) throw failed('its preamble is not empty');
  compareFacts(expected, header);
  const { dataSet } = elementTree(parsed);
  const pixels = dataSet.find(({ tag }) => /^7fe000(08|09|10)$/.test(tag));
  const sha256 = pixels && createHash('sha256').update(pixels.value).digest('hex');
  if (sha256 !== expected.pixelSha256) throw failed('its pixels differ from the source');
  const forbidden = firstForbidden(dataSet, expected.options);
  if (forbidden !== undefined) throw failed(`element ${forbidden} should have been removed`);
  searchIdentity(output, pixels?.value, expected.identity);
}

function failed(why: string): AppError {
  return new AppError('deidentification-failed', `The de-identified file was not written: ${why}.`);
}

function compareFacts({ source, isMasked }: Expectation, { attributes }: DicomHeader): void {
  const before: Attributes = source.attributes;
  for (const name of pixelFacts) {
    if ((before[name] ?? null) !== (attributes[name] ?? null)) throw failed(`its ${name} differs from the source`);
  }
  if (!isMasked && before.photometricInterpretation !== attributes.photometricInterpretation) {
    throw failed('its photometric interpretation differs from the source');
  }
  const frames = Math.min(framesCompared, Math.max(1, before.numberOfFrames ?? 1));
  for (let frameNumber = 1; frameNumber <= frames; frameNumber++) {
    if (geometryOf(before, frameNumber) !== geometryOf(attributes, frameNumber)) {
      throw failed(`the geometry or rescale of frame ${frameNumber} differs from the source`);
    }
  }
}

function geometryOf(attributes: Attributes, frameNumber: number): string {
  const { facts } = describeFrame(attributes, frameNumber);
  const { position, orientation, pixelSpacing, sliceThickness, rescaleSlope, rescaleIntercept } = facts;
  return JSON.stringify([position, orientation, pixelSpacing, sliceThickness, rescaleSlope, rescaleIntercept]);
}

/** The tag of the first element that the profile removes. */
function firstForbidden(dataSet: DataSet, options: DeidentifyOptions): string | undefined {
  for (const { tag, items } of dataSet) {
    const isPrivate = Number.parseInt(tag.slice(3, 4), 16) % 2 === 1;
    if (isPrivate ? !options.keepSafePrivate : isRemoved(tag, options)) return tag;
    for (const item of items?.() ?? []) {
      const inner = firstForbidden(item, options);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

const isRemoved = (tag: string, options: DeidentifyOptions): boolean =>
  !tag.startsWith('7fe0') && !addedTags.has(tag) && decide(tag, options) === 'remove';

/** Case does not matter; parts of digits and dots only are left out, since UIDs may hold them by chance. */
function searchIdentity(output: Uint8Array, pixels: Uint8Array | undefined, identity: readonly string[]): void {
  const start = pixels ? pixels.byteOffset - output.byteOffset : output.length;
  const end = pixels ? start + pixels.length : output.length;
  const text = [output.subarray(0, start), output.subarray(end)]
    .map((part) => Buffer.from(part).toString('latin1').toUpperCase())
    .join('\n');
  for (const part of identity) {
    const isAscii = /^[\x20-\x7e]+$/.test(part) && /[A-Z]/.test(part);
    if (isAscii && part.length >= 5 && text.includes(part))
      throw failed('a name or identifier of the source is left in it');
  }
}
