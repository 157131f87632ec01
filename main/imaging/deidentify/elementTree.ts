import { AppError } from '../../domain/errors.ts';
import type { DicomElement, Encapsulated } from '../dicom/elementReader.ts';
import type { ParsedFile } from '../dicom/parseElements.ts';
import { limits } from '../limits.ts';
import { dictionaryVr } from './dataDictionary.ts';

/** One element with the bytes of its value, or its items. `tag` is ggggeeee. */
export interface TreeElement {
  readonly tag: string;
  /** As the file says; undefined in implicit data sets. */
  readonly fileVr?: string;
  readonly value: Uint8Array;
  readonly encapsulated?: Encapsulated;
  /** Of sequences; read when asked. Errors: damaged-header, limit-exceeded. */
  readonly items?: () => readonly DataSet[];
}

export type DataSet = readonly TreeElement[];

export interface Encoding {
  readonly isBigEndian: boolean;
  readonly isImplicit: boolean;
}

const undefinedLength = 0xffff_ffff;
const itemTag = 'fffee000';
const itemEnd = 'fffee00d';
const sequenceEnd = 'fffee0dd';
const pixelData = '7fe00010';
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** All elements of a parsed file in ascending order; sequences to any depth within the limits. */
export function elementTree(parsed: ParsedFile): { readonly dataSet: DataSet; readonly encoding: Encoding } {
  const elements = Object.values(parsed.elements).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const isImplicit = elements[0] !== undefined && elements[0].vr === undefined;
  const encoding = { isBigEndian: parsed.isBigEndian, isImplicit };
  return { dataSet: elements.map((element) => topLevel(element, parsed, encoding)), encoding };
}

function topLevel(element: DicomElement, parsed: ParsedFile, encoding: Encoding): TreeElement {
  const { dataOffset, length, vr, encapsulated } = element;
  const tag = element.tag.slice(1);
  const end = dataOffset + length;
  const base = { tag, value: parsed.bytes.subarray(dataOffset, end), ...(vr === undefined ? {} : { fileVr: vr }) };
  if (encapsulated) return { ...base, encapsulated };
  if (!isSequence(tag, vr)) return base;
  const inner = { ...encoding, isImplicit: encoding.isImplicit || vr === 'UN' };
  return { ...base, items: () => new NestedReader(parsed.bytes, dataOffset, inner).items(end, 1, false) };
}

const isSequence = (tag: string, fileVr: string | undefined): boolean =>
  fileVr === 'SQ' || ((fileVr === undefined || fileVr === 'UN') && dictionaryVr(tag) === 'SQ');

/** Reads items strictly: what cannot be understood cannot be cleaned, and refuses the file. */
class NestedReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly isLittleEndian: boolean;
  private isImplicit: boolean;
  private position: number;
  private count = 0;

  constructor(bytes: Uint8Array, position: number, encoding: Encoding) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    this.isLittleEndian = !encoding.isBigEndian;
    this.isImplicit = encoding.isImplicit;
  }

  items(end: number, depth: number, isDelimited: boolean): DataSet[] {
    if (depth > limits.sequenceDepth) throw new AppError('limit-exceeded', 'The sequences are nested too deeply.');
    const items: DataSet[] = [];
    while (this.position + 8 <= end) {
      const tag = this.tag();
      const length = this.view.getUint32(this.position + 4, this.isLittleEndian);
      if (tag !== itemTag && tag !== sequenceEnd) throw this.damaged();
      this.position += 8;
      if (tag === sequenceEnd) return items;
      const hasLength = length !== undefinedLength;
      if (hasLength && this.position + length > end) throw this.damaged();
      items.push(this.item(hasLength ? this.position + length : end, depth, !hasLength));
    }
    if (isDelimited) throw this.damaged();
    return items;
  }

  private item(end: number, depth: number, isDelimited: boolean): DataSet {
    const elements: TreeElement[] = [];
    while (this.position + 8 <= end) {
      if (isDelimited && this.tag() === itemEnd) {
        this.position += 8;
        return elements;
      }
      elements.push(this.element(end, depth));
    }
    if (isDelimited || this.position !== end) throw this.damaged();
    return elements;
  }

  private element(end: number, depth: number): TreeElement {
    this.count += 1;
    if (this.count > limits.elements) throw new AppError('limit-exceeded', 'The header has too many elements.');
    const tag = this.tag();
    const { vr, length } = this.header(end);
    const base = vr === undefined ? { tag } : { tag, fileVr: vr };
    const start = this.position;
    if (length !== undefinedLength && start + length > end) throw this.damaged();
    const valueEnd = length === undefinedLength ? end : start + length;
    if (length !== undefinedLength && !isSequence(tag, vr)) {
      this.position = valueEnd;
      return { ...base, value: this.bytes.subarray(start, valueEnd) };
    }
    if (tag === pixelData) {
      this.skipFragments(end);
      return { ...base, value: this.bytes.subarray(start, this.position) };
    }
    const before = this.isImplicit;
    this.isImplicit = before || vr === 'UN';
    const items = this.items(valueEnd, depth + 1, length === undefinedLength);
    this.isImplicit = before;
    if (length !== undefinedLength) this.position = valueEnd;
    return { ...base, value: this.bytes.subarray(start, this.position), items: () => items };
  }

  /** Compressed pixels of an icon: they go with it. */
  private skipFragments(end: number): void {
    while (this.position + 8 <= end) {
      const tag = this.tag();
      const length = this.view.getUint32(this.position + 4, this.isLittleEndian);
      if (tag !== itemTag && tag !== sequenceEnd) throw this.damaged();
      this.position += 8 + (tag === itemTag ? length : 0);
      if (tag === sequenceEnd) return;
    }
    throw this.damaged();
  }

  private header(end: number): { vr: string | undefined; length: number } {
    const at = this.position;
    if (this.isImplicit) {
      this.position = at + 8;
      return { vr: undefined, length: this.view.getUint32(at + 4, this.isLittleEndian) };
    }
    const vr = String.fromCharCode(this.view.getUint8(at + 4), this.view.getUint8(at + 5));
    const isLong = longVrs.has(vr);
    if (isLong && at + 12 > end) throw this.damaged();
    this.position = at + (isLong ? 12 : 8);
    const length = isLong
      ? this.view.getUint32(at + 8, this.isLittleEndian)
      : this.view.getUint16(at + 6, this.isLittleEndian);
    return { vr, length };
  }

  private tag(): string {
    const group = this.view.getUint16(this.position, this.isLittleEndian);
    const element = this.view.getUint16(this.position + 2, this.isLittleEndian);
    return (group * 65_536 + element).toString(16).padStart(8, '0');
  }

  private damaged(): AppError {
    return new AppError('damaged-header', `A sequence is damaged near byte ${this.position}: it cannot be cleaned.`);
  }
}
