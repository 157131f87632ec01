import { AppError } from '../../domain/errors.ts';
import { dicomAttributes } from '../../domain/keywords.ts';
import { limits } from '../limits.ts';

/** One element of a data set; `dataOffset` and `length` tell where its value lies in the bytes. */
export interface DicomElement {
  /** `xggggeeee` */
  readonly tag: string;
  /** Absent in implicit VR data sets. */
  readonly vr?: string;
  readonly dataOffset: number;
  readonly length: number;
  /** Of sequences that the attribute table knows. */
  readonly items?: readonly ElementMap[];
  readonly encapsulated?: Encapsulated;
}

export type ElementMap = Readonly<Record<string, DicomElement>>;

/** Pixel data in fragments (PS3.5 annex A.4). */
export interface Encapsulated {
  /** The basic offset table; may be empty. */
  readonly offsetTable: readonly number[];
  /** `offset` counts from the first fragment's item tag, `start` is where its bytes begin. */
  readonly fragments: readonly { readonly offset: number; readonly start: number; readonly length: number }[];
  /** A fragment reaches beyond the file, or something else than a fragment follows. */
  readonly isTruncated: boolean;
  /** Nobody looked at the fragments: only the header was wanted. */
  readonly isUnread?: boolean;
}

/** The value or the items of an element reach beyond their container. */
export class CutShort extends Error {}

const undefinedLength = 0xffff_ffff;
const itemTag = 0xfffe_e000;
const itemEnd = 0xfffe_e00d;
const sequenceEnd = 0xfffe_e0dd;
const pixelTag = 0x7fe0_0010;
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const knownTags = new Set(Object.values(dicomAttributes).map(([, tag]) => Number.parseInt(tag, 16)));
/** Whether the attribute table has it. */
export const isKnownTag = (tag: number): boolean => knownTags.has(tag);
const knownSequences = new Set(
  Object.values(dicomAttributes)
    .filter(([, , vr]) => vr === 'SQ')
    .map(([, tag]) => Number.parseInt(tag, 16)),
);

/**
 * Reads the elements of a data set one after the other (PS3.5 section 7) within the limits on their number and nesting.
 * Sequences that the attribute table does not know are passed over. Errors: limit-exceeded, damaged-header, and CutShort.
 */
export class ElementReader {
  readonly bytes: Uint8Array;
  readonly warnings: string[];
  position: number;
  private readonly view: DataView;
  private readonly isLittleEndian: boolean;
  private isImplicit: boolean;
  private count = 0;

  constructor(
    bytes: Uint8Array,
    position: number,
    encoding: { readonly isBigEndian: boolean; readonly isImplicit: boolean },
    warnings: string[],
  ) {
    this.bytes = bytes;
    this.position = position;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittleEndian = !encoding.isBigEndian;
    this.isImplicit = encoding.isImplicit;
    this.warnings = warnings;
  }

  /** group << 16 | element of what comes next, without moving; undefined at the end. */
  peekTag(): number | undefined {
    if (this.position + 8 > this.bytes.length) return undefined;
    const group = this.view.getUint16(this.position, this.isLittleEndian);
    return group * 65_536 + this.view.getUint16(this.position + 2, this.isLittleEndian);
  }

  /** The next element of the top level. A native value may reach beyond the bytes; the position then does, too. */
  next(isKept = true): DicomElement {
    return this.element(this.bytes.length, 0, isKept);
  }

  /** The next element of the top level, pixel data, without its fragments; undefined where it is native. */
  unreadPixels(fileBytes: number): DicomElement | undefined {
    const start = this.position;
    const { vr, length } = this.readLength(this.bytes.length);
    const dataOffset = this.position;
    this.position = start;
    if (length !== undefinedLength) return undefined;
    const encapsulated = { offsetTable: [], fragments: [], isTruncated: false, isUnread: true };
    const base = vr === undefined ? { tag: tagName(pixelTag) } : { tag: tagName(pixelTag), vr };
    return { ...base, dataOffset, length: Math.max(0, fileBytes - dataOffset), encapsulated };
  }

  private element(end: number, depth: number, isKept: boolean): DicomElement {
    const tag = this.peekTag();
    if (tag === undefined) throw new CutShort();
    this.countOne();
    const { vr, length } = this.readLength(end);
    const dataOffset = this.position;
    const name = isKept ? tagName(tag) : '';
    const base = vr === undefined ? { tag: name, dataOffset } : { tag: name, vr, dataOffset };
    if (length === undefinedLength) return this.undefinedLengthElement(base, tag, end, depth, isKept);
    if (isKept && knownSequences.has(tag) && length > 0 && dataOffset + length <= end) {
      const items = this.itemsOfDefinedLength(dataOffset + length, vr, depth);
      this.position = dataOffset + length;
      return items ? { ...base, length, items } : { ...base, length };
    }
    this.position = dataOffset + length;
    if (depth > 0 && this.position > end) throw new CutShort();
    return { ...base, length };
  }

  /** Moves behind the length field. */
  private readLength(end: number): { vr: string | undefined; length: number } {
    const { view, isLittleEndian, position } = this;
    if (this.isImplicit) {
      this.position = position + 8;
      return { vr: undefined, length: view.getUint32(position + 4, isLittleEndian) };
    }
    const vr = String.fromCharCode(view.getUint8(position + 4), view.getUint8(position + 5));
    if (!longVrs.has(vr)) {
      this.position = position + 8;
      return { vr, length: view.getUint16(position + 6, isLittleEndian) };
    }
    if (position + 12 > end) throw new CutShort();
    this.position = position + 12;
    return { vr, length: view.getUint32(position + 8, isLittleEndian) };
  }

  private undefinedLengthElement(
    base: Pick<DicomElement, 'tag' | 'vr' | 'dataOffset'>,
    tag: number,
    end: number,
    depth: number,
    isKept: boolean,
  ): DicomElement {
    if (tag === pixelTag) {
      const encapsulated = this.fragments(end);
      return { ...base, length: this.position - base.dataOffset, encapsulated };
    }
    const isUnknown = base.vr === 'UN';
    const items = this.withImplicit(this.isImplicit || isUnknown, () =>
      this.items(end, depth + 1, isKept && knownSequences.has(tag), true),
    );
    return { ...base, length: this.position - base.dataOffset, items };
  }

  /** Undefined, with a warning, where they are damaged: the length says where to go on. */
  private itemsOfDefinedLength(end: number, vr: string | undefined, depth: number): ElementMap[] | undefined {
    try {
      return this.withImplicit(this.isImplicit || vr === 'UN', () => this.items(end, depth + 1, true, false));
    } catch (thrown) {
      const isDamage = thrown instanceof CutShort || (thrown instanceof AppError && thrown.code === 'damaged-header');
      if (!isDamage) throw thrown;
      this.warnings.push('a sequence is damaged and was left out');
      return undefined;
    }
  }

  /** Values of VR UN are written implicitly whatever the data set's form (PS3.5 section 6.2.2). */
  private withImplicit<T>(isImplicit: boolean, work: () => T): T {
    const before = this.isImplicit;
    this.isImplicit = isImplicit;
    try {
      return work();
    } finally {
      this.isImplicit = before;
    }
  }

  private items(end: number, depth: number, isKept: boolean, isDelimited: boolean): ElementMap[] {
    if (depth > limits.sequenceDepth) {
      throw new AppError('limit-exceeded', 'The sequences of this file are nested too deeply.');
    }
    const items: ElementMap[] = [];
    while (this.position + 8 <= end) {
      const tag = this.peekTag();
      const length = this.view.getUint32(this.position + 4, this.isLittleEndian);
      if (tag === sequenceEnd) {
        this.position += 8;
        return items;
      }
      if (tag !== itemTag) {
        throw new AppError(
          'damaged-header',
          `The header is damaged near byte ${this.position}: a sequence item was expected.`,
        );
      }
      this.countOne();
      this.position += 8;
      const item = this.item(length, end, depth, isKept);
      if (isKept) items.push(item);
    }
    if (isDelimited) this.warnings.push('a sequence of undefined length has no end');
    return items;
  }

  private item(length: number, end: number, depth: number, isKept: boolean): ElementMap {
    const isDelimited = length === undefinedLength;
    const itemEndsAt = isDelimited ? end : this.position + length;
    if (itemEndsAt > end) throw new CutShort();
    if (!isDelimited && (!isKept || length === 0)) {
      this.position = itemEndsAt;
      return emptyItem;
    }
    const elements: Record<string, DicomElement> = {};
    while (this.position + 8 <= itemEndsAt) {
      if (isDelimited && this.peekTag() === itemEnd) {
        this.position += 8;
        return elements;
      }
      const element = this.element(itemEndsAt, depth, isKept);
      if (isKept) elements[element.tag] = element;
    }
    if (!isDelimited) this.position = itemEndsAt;
    return elements;
  }

  /** The offset table item and the fragments up to the delimiter. */
  private fragments(end: number): Encapsulated {
    const fragments: { offset: number; start: number; length: number }[] = [];
    let offsetTable: number[] | undefined;
    let first = 0;
    let isTruncated = false;
    while (!isTruncated) {
      const tag = this.peekTag();
      if (tag === undefined) {
        this.warnings.push('the pixel data has no end');
        break;
      }
      const length = this.view.getUint32(this.position + 4, this.isLittleEndian);
      const itemAt = this.position;
      this.position += 8;
      if (tag === sequenceEnd) break;
      if (tag !== itemTag) this.warnings.push('something else than a fragment is among the pixel data');
      isTruncated = tag !== itemTag || this.position + length > end;
      if (tag !== itemTag) break;
      this.countOne();
      if (offsetTable) fragments.push({ offset: itemAt - first, start: this.position, length });
      else {
        offsetTable = isTruncated ? [] : this.offsets(length);
        first = this.position + length;
      }
      this.position = Math.min(end, this.position + length);
    }
    return { offsetTable: offsetTable ?? [], fragments, isTruncated };
  }

  private offsets(length: number): number[] {
    return Array.from({ length: length >> 2 }, (_, i) =>
      this.view.getUint32(this.position + 4 * i, this.isLittleEndian),
    );
  }

  private countOne(): void {
    this.count += 1;
    if (this.count > limits.elements) throw new AppError('limit-exceeded', 'The header has too many elements.');
  }
}

const emptyItem: ElementMap = {};
const names = new Map<number, string>();

/** `xggggeeee`; remembered for the tags that the attribute table knows, which are most of what matters. */
function tagName(tag: number): string {
  const known = names.get(tag);
  if (known !== undefined) return known;
  const name = `x${tag.toString(16).padStart(8, '0')}`;
  if (names.size < 4096) names.set(tag, name);
  return name;
}
