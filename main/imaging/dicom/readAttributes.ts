import { type AttributeName, type Attributes, dicomAttributes } from '../../domain/keywords.ts';
import { textDecoderFor } from './characterSets.ts';
import type { DicomElement, ElementMap } from './elementReader.ts';

/** How to turn the bytes of a data set's elements into values. */
export interface ValueReader {
  readonly bytes: Uint8Array;
  readonly isBigEndian: boolean;
  readonly decodeText: (bytes: Uint8Array) => string;
  /** PixelRepresentation of the data set: what US|SS means. */
  readonly isSigned: boolean;
}

const rows = new Map(
  Object.entries(dicomAttributes).map(([name, [, tag, vr, multiplicity]]) => [
    `x${tag}`,
    { name: name as AttributeName, vr: vr as string, isMultiple: multiplicity === 'n' },
  ]),
);
const textVrs = new Set(['SH', 'LO', 'ST', 'LT', 'UT', 'UC', 'PN']);

/** Values of the attributes of `domain/keywords.ts` that a data set or sequence item holds. */
export function readAttributes(elements: ElementMap, reader: ValueReader): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const tag in elements) {
    const element = elements[tag];
    const row = element && rows.get(tag);
    if (!row) continue;
    const { name, vr, isMultiple } = row;
    const value = vr === 'SQ' ? readItems(element, reader) : readValue(element, vr, isMultiple, reader);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes as Attributes;
}

/** Numbers of one element outside the attribute table; empty where it is absent. */
export function numbersAt(element: DicomElement | undefined, vr: 'US' | 'SS' | 'IS', source: ByteSource): number[] {
  const reader = { ...source, decodeText: latin1, isSigned: vr === 'SS' };
  return numbers(element, vr === 'SS' ? 'US|SS' : vr, reader).filter(Number.isFinite);
}

/** The first value of a text element outside the attribute table, in the default character set; may be empty. */
export function textAt(element: DicomElement | undefined, source: ByteSource): string {
  return strings(element, { ...source, decodeText: latin1, isSigned: false })?.[0] ?? '';
}

type ByteSource = Pick<ValueReader, 'bytes' | 'isBigEndian'>;

/** The reader for a data set, or for an item that has its own character set. */
export function readerFor(elements: ElementMap, parent: Omit<ValueReader, 'decodeText' | 'isSigned'>): ValueReader {
  const base: ValueReader = { ...parent, decodeText: latin1, isSigned: false };
  const characterSets = strings(elements.x00080005, base);
  const isSigned = numbers(elements.x00280103, 'US', base)[0] === 1;
  return { ...base, decodeText: textDecoderFor(characterSets ?? []), isSigned };
}

function readItems(element: DicomElement, reader: ValueReader): Attributes[] | undefined {
  return element.items?.map((elements) => {
    const itemReader = elements.x00080005 ? { ...readerFor(elements, reader), isSigned: reader.isSigned } : reader;
    return readAttributes(elements, itemReader);
  });
}

function readValue(element: DicomElement, vr: string, isMultiple: boolean, reader: ValueReader): unknown {
  if (vr === 'OW') return element.length > 0 ? words(element, reader) : undefined;
  if (vr === 'ST') return reader.decodeText(bytesOf(element, reader)).replace(/[\0\s]+$/g, '') || undefined;
  const values = isText(vr) ? strings(element, reader, textVrs.has(vr)) : finiteNumbers(element, vr, reader);
  if (!values || values.length === 0) return undefined;
  if (isMultiple) return values;
  if (vr === 'PN') return String(values[0]).replace(/=+$/, '') || undefined;
  return values[0] === '' ? undefined : values[0];
}

const numberVrs = new Set(['DS', 'IS', 'US', 'UL', 'SL', 'FD', 'FL', 'US|SS']);
const isText = (vr: string): boolean => !numberVrs.has(vr);

function finiteNumbers(element: DicomElement, vr: string, reader: ValueReader): number[] | undefined {
  const values = numbers(element, vr, reader);
  return values.every(Number.isFinite) ? values : undefined;
}

function numbers(element: DicomElement | undefined, vr: string, reader: ValueReader): number[] {
  if (!element) return [];
  if (vr === 'DS' || vr === 'IS') {
    const texts = strings(element, reader) ?? [];
    return texts.length === 1 && texts[0] === '' ? [] : texts.map((t) => (t === '' ? Number.NaN : Number(t)));
  }
  const view = viewOf(element, reader);
  const littleEndian = !reader.isBigEndian;
  const size = vr === 'FD' ? 8 : vr === 'UL' || vr === 'SL' || vr === 'FL' ? 4 : 2;
  const signed = vr === 'US|SS' && (element.vr ? element.vr === 'SS' : reader.isSigned);
  return Array.from({ length: Math.floor(view.byteLength / size) }, (_, i) => {
    if (vr === 'FD') return view.getFloat64(i * size, littleEndian);
    if (vr === 'FL') return view.getFloat32(i * size, littleEndian);
    if (vr === 'UL') return view.getUint32(i * size, littleEndian);
    if (vr === 'SL') return view.getInt32(i * size, littleEndian);
    return signed ? view.getInt16(i * size, littleEndian) : view.getUint16(i * size, littleEndian);
  });
}

function strings(element: DicomElement | undefined, reader: ValueReader, isDecoded = false): string[] | undefined {
  if (!element) return undefined;
  const bytes = bytesOf(element, reader);
  const text = isDecoded ? reader.decodeText(bytes) : latin1(bytes);
  return text.includes('\\') ? text.split('\\').map(trimmed) : [trimmed(text)];
}

/** Without zeros and spaces around it; most values have none, and this runs for each of an import's. */
function trimmed(text: string): string {
  const isPadding = (code: number): boolean => code === 0x20 || code === 0;
  const needsNone = !isPadding(text.charCodeAt(0)) && text.charCodeAt(text.length - 1) > 0x20;
  const isPlain = needsNone && text.charCodeAt(text.length - 1) < 0x80;
  return isPlain ? text : text.replace(/^[\0 ]+|[\0\s]+$/g, '');
}

function words(element: DicomElement, reader: ValueReader): Uint16Array {
  const view = viewOf(element, reader);
  return Uint16Array.from({ length: view.byteLength >> 1 }, (_, i) => view.getUint16(2 * i, !reader.isBigEndian));
}

function bytesOf(element: DicomElement, reader: ValueReader): Uint8Array {
  return reader.bytes.subarray(element.dataOffset, element.dataOffset + element.length);
}

function viewOf(element: DicomElement, reader: ValueReader): DataView {
  const bytes = bytesOf(element, reader);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
