import type { Encoding } from './elementTree.ts';

/** An element to be written; `vr` is used in explicit data sets. */
export interface OutElement {
  readonly tag: string;
  readonly vr: string;
  /** Even length. For encapsulated pixels, items and delimiter included. */
  readonly value?: readonly Uint8Array[];
  readonly items?: readonly (readonly OutElement[])[];
  readonly isEncapsulated?: boolean;
}

const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** The bytes of a data set (PS3.5 section 7), in parts that are not copied; sequences and items of defined length. */
export function elementParts(elements: readonly OutElement[], encoding: Encoding): Uint8Array[] {
  return [...elements].sort((a, b) => (a.tag < b.tag ? -1 : 1)).flatMap((element) => partsOf(element, encoding));
}

function partsOf(element: OutElement, encoding: Encoding): Uint8Array[] {
  const body = element.items ? itemParts(element.items, encoding) : (element.value ?? []);
  const length = element.isEncapsulated ? 0xffff_ffff : totalLength(body);
  return [header(element, length, encoding), ...body];
}

function itemParts(items: readonly (readonly OutElement[])[], encoding: Encoding): Uint8Array[] {
  return items.flatMap((item) => {
    const parts = elementParts(item, encoding);
    const start = new DataView(new ArrayBuffer(8));
    start.setUint16(0, 0xfffe, !encoding.isBigEndian);
    start.setUint16(2, 0xe000, !encoding.isBigEndian);
    start.setUint32(4, totalLength(parts), !encoding.isBigEndian);
    return [new Uint8Array(start.buffer), ...parts];
  });
}

function header({ tag, vr }: OutElement, length: number, { isBigEndian, isImplicit }: Encoding): Uint8Array {
  const isLong = !isImplicit && longVrs.has(vr);
  const view = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), !isBigEndian);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), !isBigEndian);
  if (!isImplicit) {
    view.setUint8(4, vr.charCodeAt(0));
    view.setUint8(5, vr.charCodeAt(1));
  }
  if (isImplicit) view.setUint32(4, length, !isBigEndian);
  else if (isLong) view.setUint32(8, length, !isBigEndian);
  else if (length > 0xffff) throw new Error(`a value of ${tag} is too long for ${vr}`);
  else view.setUint16(6, length, !isBigEndian);
  return new Uint8Array(view.buffer);
}

export const totalLength = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** Latin text of one element, padded to an even length (PS3.5 section 6.2). */
export function textValue(text: string, vr: string): Uint8Array {
  const padded = text.length % 2 === 0 ? text : text + (vr === 'UI' || vr === 'OB' ? '\0' : ' ');
  return Uint8Array.from(Buffer.from(padded, 'latin1'));
}

const wordSizes: Readonly<Record<string, number>> = {
  ...{ US: 2, SS: 2, OW: 2, AT: 2 },
  ...{ UL: 4, SL: 4, FL: 4, OF: 4, OL: 4 },
  ...{ FD: 8, OD: 8, SV: 8, UV: 8, OV: 8 },
};

/** Numbers of a big endian data set the other way round; nested ones, too. */
export function toLittleEndian(elements: readonly OutElement[]): OutElement[] {
  return elements.map((element) => {
    if (element.items) return { ...element, items: element.items.map(toLittleEndian) };
    const size = wordSizes[element.vr];
    if (size === undefined || !element.value) return element;
    return { ...element, value: element.value.map((part) => swapped(part, size)) };
  });
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % size)));
  if (size === 2) return out.swap16();
  return size === 4 ? out.swap32() : out.swap64();
}
