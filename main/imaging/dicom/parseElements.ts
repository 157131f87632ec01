import { inflateRawSync } from 'node:zlib';
import dicomParser, { type ByteStream, type Element } from 'dicom-parser';
import { AppError, asAppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';

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
  readonly warnings: readonly string[];
}

/** Keys are `xggggeeee`, as dicom-parser writes tags. */
export type ElementMap = Readonly<Record<string, Element>>;

const deflatedUid = '1.2.840.10008.1.2.1.99';
const bigEndianUid = '1.2.840.10008.1.2.2';
const implicitUid = '1.2.840.10008.1.2';
const explicitUid = '1.2.840.10008.1.2.1';
/** Private to GE: implicit VR little endian with big endian pixels. */
const geImplicitUid = '1.2.840.113619.5.2';
const pixelTags = new Set(['x7fe00008', 'x7fe00009', 'x7fe00010']);

/**
 * Splits a DICOM file into elements (PS3.10, PS3.5 section 7) within the limits. Files without preamble or without file
 * meta information are read when their first bytes look like a data set.
 * Errors: not-dicom, damaged-header, limit-exceeded.
 */
export function parseElements(file: Uint8Array): ParsedFile {
  const start = locateStart(file);
  const meta = start.hasMeta ? readMeta(file, start.offset) : { elements: {}, end: start.offset };
  const declaredUid = text(file, meta.elements.x00020010);
  const transferSyntaxUid = declaredUid || assumedSyntax(file, meta.end);
  const isDeflated = transferSyntaxUid === deflatedUid;
  const bytes = isDeflated ? inflate(file.subarray(meta.end)) : file;
  const isBigEndian = transferSyntaxUid === bigEndianUid;
  const warnings: string[] = [];
  const isImplicit = isWrittenImplicitly(bytes, isDeflated ? 0 : meta.end, transferSyntaxUid, warnings);
  const elements = readAll(bytes, isDeflated ? 0 : meta.end, { isBigEndian, isImplicit }, warnings);
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
  return file.length >= 132 && latin1(file, 128, 4) === 'DICM';
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

function readMeta(file: Uint8Array, offset: number): { elements: Record<string, Element>; end: number } {
  if (offset >= file.length) return { elements: {}, end: offset };
  const stream = streamOf(file, offset, false);
  const elements: Record<string, Element> = {};
  while (stream.position + 8 <= file.length && uint16(file, stream.position) === 2) {
    const element = readElement(stream, false, []);
    elements[element.tag] = element;
  }
  return { elements, end: stream.position };
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
function readAll(bytes: Uint8Array, offset: number, encoding: Encoding, warnings: string[]): Record<string, Element> {
  if (offset >= bytes.length) return {};
  const stream = streamOf(bytes, offset, encoding.isBigEndian);
  const elements: Record<string, Element> = {};
  const count = { elements: 0 };
  let hasPixels = false;
  while (stream.position + 8 <= bytes.length) {
    const truncated = truncatedPixels(bytes, stream.position, encoding);
    const element = truncated ?? readUnlessCut(stream, encoding.isImplicit, hasPixels, warnings);
    if (!element) break;
    checkLimits(element, 1, count);
    elements[element.tag] = element;
    hasPixels ||= pixelTags.has(element.tag);
    if (truncated) break;
  }
  return elements;
}

/** Undefined where the element reaches beyond the file, or, behind the pixels, cannot be read at all. */
function readUnlessCut(
  stream: ByteStream,
  isImplicit: boolean,
  hasPixels: boolean,
  warnings: string[],
): Element | undefined {
  const size = stream.byteArray.length;
  try {
    const element = readElement(stream, isImplicit, warnings);
    if (stream.position <= size || element.encapsulatedPixelData) return element;
  } catch (thrown) {
    const isCut = thrown instanceof AppError && /maxPosition|past end|overrun/.test(thrown.message);
    if (!isCut && !hasPixels) throw thrown;
  }
  warnings.push(hasPixels ? 'what follows the pixels cannot be read' : 'the file is cut short in its header');
  return undefined;
}

function readElement(stream: ByteStream, isImplicit: boolean, warnings: string[]): Element {
  try {
    if (isImplicit) return readEncapsulatedImplicit(stream, warnings) ?? dicomParser.readDicomElementImplicit(stream);
    return readLongForm(stream) ?? dicomParser.readDicomElementExplicit(stream, warnings);
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new AppError('limit-exceeded', 'The sequences of this file are nested too deeply.', { cause: thrown });
    }
    const cause = asAppError(thrown, 'damaged-header');
    throw new AppError('damaged-header', `The header is damaged near byte ${stream.position}: ${cause.message}`, {
      cause: thrown,
    });
  }
}

/** Fragments in a data set without VRs: against PS3.5 A.4, but met. dicom-parser would take them for a sequence. */
function readEncapsulatedImplicit(stream: ByteStream, warnings: string[]): Element | undefined {
  const { byteArray, byteArrayParser, position } = stream;
  if (position + 8 > byteArray.length || byteArrayParser.readUint32(byteArray, position) !== 0x00107fe0)
    return undefined;
  if (byteArrayParser.readUint32(byteArray, position + 4) !== 0xffffffff) return undefined;
  stream.position = position + 8;
  const element: Element = { tag: 'x7fe00010', length: 0, dataOffset: position + 8, hadUndefinedLength: true };
  dicomParser.findEndOfEncapsulatedElement(stream, element, warnings);
  return element;
}

/** 64-bit VRs (PS3.5 section 7.1.2), which dicom-parser takes for short ones. */
function readLongForm(stream: ByteStream): Element | undefined {
  const { byteArray, byteArrayParser, position } = stream;
  if (position + 12 > byteArray.length) return undefined;
  const vr = latin1(byteArray, position + 4, 2);
  if (vr !== 'OV' && vr !== 'SV' && vr !== 'UV') return undefined;
  const tag = dicomParser.readTag(stream);
  const length = byteArrayParser.readUint32(byteArray, position + 8);
  stream.position = position + 12;
  const dataOffset = stream.position;
  stream.seek(length);
  return { tag, vr, length, dataOffset };
}

/** Native pixel data that claims more bytes than the file has. */
function truncatedPixels(bytes: Uint8Array, position: number, encoding: Encoding): Element | undefined {
  const stream = streamOf(bytes, position, encoding.isBigEndian);
  const tag = dicomParser.readTag(stream);
  if (!pixelTags.has(tag) || position + 12 > bytes.length) return undefined;
  const vr = encoding.isImplicit ? undefined : latin1(bytes, position + 4, 2);
  const isLong = vr !== undefined && /^O[BWFD]|UN$/.test(vr);
  if (vr !== undefined && !isLong) return undefined;
  const dataOffset = position + (isLong ? 12 : 8);
  stream.position = dataOffset - 4;
  const length = stream.readUint32();
  if (length === 0xffffffff || dataOffset + length <= bytes.length) return undefined;
  return { tag, ...(vr ? { vr } : {}), length: bytes.length - dataOffset, dataOffset };
}

function checkLimits(element: Element, depth: number, count: { elements: number }): void {
  count.elements += 1;
  if (count.elements > limits.elements) throw new AppError('limit-exceeded', 'The header has too many elements.');
  if (depth > limits.sequenceDepth) {
    throw new AppError('limit-exceeded', 'The sequences of this file are nested too deeply.');
  }
  for (const item of element.items ?? []) {
    for (const child of Object.values(item.dataSet?.elements ?? {})) checkLimits(child, depth + 1, count);
  }
}

function streamOf(bytes: Uint8Array, position: number, isBigEndian: boolean): ByteStream {
  const parser = isBigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser;
  return new dicomParser.ByteStream(parser, bytes, position);
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

function text(bytes: Uint8Array, element: Element | undefined): string {
  if (!element) return '';
  return latin1(bytes, element.dataOffset, Math.min(element.length, 128)).replace(/[\0 ]+$/, '');
}
