import { inflateRawSync } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { CutShort, type DicomElement, type ElementMap, ElementReader, isKnownTag } from './elementReader.ts';

/** The elements of one DICOM file, still as bytes. */
export interface ParsedFile {
  /** What element offsets refer to: the file, or its inflated form for a deflated data set. */
  readonly bytes: Uint8Array;
  readonly meta: ElementMap;
  readonly elements: ElementMap;
  readonly isBigEndian: boolean;
  readonly transferSyntaxUid: string;
  /** The file does not name its transfer syntax; what is used was inferred from its bytes. */
  readonly isTransferSyntaxAssumed: boolean;
  readonly hasPreamble: boolean;
  /** The file ends within an element before its pixels; what came before is kept. */
  readonly isCutShort: boolean;
  readonly warnings: readonly string[];
}

const deflatedUid = '1.2.840.10008.1.2.1.99';
const bigEndianUid = '1.2.840.10008.1.2.2';
const implicitUid = '1.2.840.10008.1.2';
const explicitUid = '1.2.840.10008.1.2.1';
/** Private to GE: implicit VR little endian with big endian pixels. */
const geImplicitUid = '1.2.840.113619.5.2';
const cutShortWarning = 'the file is cut short in its header';
const pixelDataTag = 0x7fe0_0010;
const pixelTags = new Set(['x7fe00008', 'x7fe00009', 'x7fe00010']);

/**
 * Splits a DICOM file into elements (PS3.10, PS3.5 section 7) within the limits. Files without preamble or without file
 * meta information are read when their first bytes look like a data set.
 * `file` may be only the start of a file of `fileBytes`; then it has to reach beyond the start of native pixels. With
 * `isHeaderOnly` the pixels are not looked at, encapsulated or not, nor what follows them, and elements that the attribute
 * table does not know are passed over.
 * Errors: not-dicom, damaged-header, limit-exceeded; PrefixTooShort.
 */
export function parseElements(file: Uint8Array, fileBytes = file.length, isHeaderOnly = false): ParsedFile {
  const start = locateStart(file);
  const meta = start.hasMeta ? readMeta(file, start.offset) : { elements: {} as ElementMap, end: start.offset };
  const declaredUid = text(file, meta.elements.x00020010);
  const transferSyntaxUid = declaredUid || assumedSyntax(file, meta.end);
  const isDeflated = transferSyntaxUid === deflatedUid;
  if (isDeflated && file.length < fileBytes) throw new PrefixTooShort();
  const bytes = isDeflated ? inflate(file.subarray(meta.end)) : file;
  const isBigEndian = transferSyntaxUid === bigEndianUid;
  const warnings: string[] = [];
  const isImplicit = isWrittenImplicitly(bytes, isDeflated ? 0 : meta.end, transferSyntaxUid, warnings);
  const elements = readAll(bytes, isDeflated ? 0 : meta.end, { isBigEndian, isImplicit }, warnings, {
    fileBytes: isDeflated ? bytes.length : fileBytes,
    isHeaderOnly,
  });
  if (Object.keys(elements).length === 0 && Object.keys(meta.elements).length === 0) {
    throw new AppError('not-dicom', 'This is not a DICOM file.');
  }
  return {
    bytes,
    meta: meta.elements,
    elements,
    isBigEndian,
    transferSyntaxUid,
    isTransferSyntaxAssumed: !declaredUid,
    hasPreamble: start.hasPreamble,
    isCutShort: warnings.includes(cutShortWarning),
    warnings,
  };
}

function locateStart(file: Uint8Array): { offset: number; hasPreamble: boolean; hasMeta: boolean } {
  if (hasDicmPrefix(file)) return { offset: 132, hasPreamble: true, hasMeta: true };
  if (!looksLikeDataSet(file)) throw new AppError('not-dicom', 'This is not a DICOM file.');
  return { offset: 0, hasPreamble: false, hasMeta: uint16(file, 0) === 2 };
}

/** 'DICM' after 128 bytes (PS3.10 section 7.1). */
export function hasDicmPrefix(file: Uint8Array): boolean {
  return file[128] === 0x44 && file[129] === 0x49 && file[130] === 0x43 && file[131] === 0x4d;
}

/** Whether a file without preamble starts like a DICOM data set: a small even group and a plausible length. */
export function looksLikeDataSet(file: Uint8Array): boolean {
  if (file.length < 16) return false;
  const group = uint16(file, 0);
  const element = uint16(file, 2);
  const isKnownStart = (group === 2 || group === 8) && element <= 0x20 * 8;
  if (!isKnownStart) return false;
  return /^[A-Z]{2}$/.test(latin1(file, 4, 2)) || uint32(file, 4) < Math.min(file.length, 65_536);
}

function assumedSyntax(file: Uint8Array, offset: number): string {
  return /^[A-Z]{2}$/.test(latin1(file, offset + 4, 2)) ? explicitUid : implicitUid;
}

/** Some writers name an explicit syntax and write an implicit data set: the first element's bytes decide, both ways. */
function isWrittenImplicitly(bytes: Uint8Array, offset: number, uid: string, warnings: string[]): boolean {
  const isDeclaredImplicit = uid === implicitUid || uid === geImplicitUid;
  if (offset + 8 > bytes.length || uid === bigEndianUid) return isDeclaredImplicit;
  const hasVr = /^(A[EST]|C[S]|D[AST]|F[DL]|I[S]|L[OT]|O[BDFLVW]|PN|S[HLQSTV]|TM|U[CILNRSTV])$/.test(
    latin1(bytes, offset + 4, 2),
  );
  if (hasVr === isDeclaredImplicit) {
    warnings.push(
      `the data set is written ${hasVr ? 'with' : 'without'} value representations, unlike its transfer syntax`,
    );
  }
  return !hasVr;
}

function readMeta(file: Uint8Array, offset: number): { elements: ElementMap; end: number } {
  const reader = new ElementReader(file, offset, { isBigEndian: false, isImplicit: false }, []);
  const elements: Record<string, DicomElement> = {};
  for (let tag = reader.peekTag(); tag !== undefined && tag >>> 16 === 2; tag = reader.peekTag()) {
    const element = nextElement(reader);
    if (reader.position > file.length) throw damagedAt(element.dataOffset, 'the file meta information is cut short');
    elements[element.tag] = element;
  }
  return { elements, end: reader.position };
}

function inflate(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: limits.inflatedBytes });
  } catch (thrown) {
    const isTooLarge = thrown instanceof RangeError;
    throw new AppError(
      isTooLarge ? 'limit-exceeded' : 'damaged-header',
      isTooLarge ? 'The deflated data set inflates beyond the limit.' : 'The deflated data set is damaged.',
      { cause: thrown },
    );
  }
}

interface Encoding {
  readonly isBigEndian: boolean;
  readonly isImplicit: boolean;
}

/**
 * Top-level elements. Rubbish after the pixels does no harm; a file cut short in its header keeps what came before, with
 * a warning; pixels cut short are kept for the decoder to judge.
 */
function readAll(
  bytes: Uint8Array,
  offset: number,
  encoding: Encoding,
  warnings: string[],
  { fileBytes, isHeaderOnly }: { readonly fileBytes: number; readonly isHeaderOnly: boolean },
): ElementMap {
  const isPrefix = bytes.length < fileBytes;
  const reader = new ElementReader(bytes, offset, encoding, warnings);
  const elements: Record<string, DicomElement> = {};
  let hasPixels = false;
  for (let tag = reader.peekTag(); tag !== undefined; tag = reader.peekTag()) {
    const unread = isHeaderOnly && tag === pixelDataTag ? reader.unreadPixels(fileBytes) : undefined;
    if (unread) {
      elements[unread.tag] = unread;
      return elements;
    }
    const isKept = !isHeaderOnly || isKnownTag(tag) || isOverlayTag(tag) || tag >= 0x7fe0_0000;
    const element = nextUnlessCut(reader, hasPixels, isKept);
    if (!element) break;
    const isPixels = pixelTags.has(element.tag);
    if (isPrefix && isPixels && !element.encapsulated) {
      // Nothing that counts follows the pixels.
      elements[element.tag] = { ...element, length: Math.min(element.length, fileBytes - element.dataOffset) };
      return elements;
    }
    if (reader.position > bytes.length && !isPixels) {
      warnings.push(hasPixels ? 'what follows the pixels cannot be read' : cutShortWarning);
      break;
    }
    if (!isKept) continue;
    const length = Math.min(element.length, bytes.length - element.dataOffset);
    elements[element.tag] = length === element.length ? element : { ...element, length };
    hasPixels ||= isPixels;
  }
  if (isPrefix) throw new PrefixTooShort();
  // Too few bytes for an element, and no padding either: the beginning of one.
  if (!hasPixels && bytes.subarray(reader.position).some((byte) => byte !== 0)) warnings.push(cutShortWarning);
  return elements;
}

const isOverlayTag = (tag: number): boolean => tag >= 0x6000_0000 && tag < 0x6020_0000;

/** The start of a file does not suffice; the whole has to be read. */
export class PrefixTooShort extends Error {}

/** Undefined where the element reaches beyond the file, or, behind the pixels, cannot be read at all. */
function nextUnlessCut(reader: ElementReader, hasPixels: boolean, isKept: boolean): DicomElement | undefined {
  try {
    return reader.next(isKept);
  } catch (thrown) {
    if (!(thrown instanceof CutShort) && !hasPixels) throw thrown;
    if (thrown instanceof AppError && thrown.code === 'limit-exceeded') throw thrown;
  }
  reader.warnings.push(hasPixels ? 'what follows the pixels cannot be read' : cutShortWarning);
  return undefined;
}

function nextElement(reader: ElementReader): DicomElement {
  const { position } = reader;
  try {
    return reader.next();
  } catch (thrown) {
    if (thrown instanceof CutShort) throw damagedAt(position, 'an element is cut short');
    throw thrown;
  }
}

function damagedAt(position: number, how: string): AppError {
  return new AppError('damaged-header', `The header is damaged near byte ${position}: ${how}.`);
}

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

function uint32(bytes: Uint8Array, offset: number): number {
  return uint16(bytes, offset) + uint16(bytes, offset + 2) * 65_536;
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function text(bytes: Uint8Array, element: DicomElement | undefined): string {
  if (!element) return '';
  return latin1(bytes, element.dataOffset, Math.min(element.length, 128)).replace(/[\0 ]+$/, '');
}
