/**
 * A small writer of DICOM files in explicit VR little endian (PS3.5 section 7, PS3.10 section 7), enough for phantoms and
 * the same bytes for the same input: it adds no date, no random identifier and no padding beyond the standard's.
 */

export type SequenceItem = readonly Element[];
export type ElementValue =
  | string
  | readonly string[]
  | readonly number[]
  | Uint8Array
  | Uint16Array
  | readonly SequenceItem[];
/** Tag as 0xggggeeee, value representation, value. Text of several values is an array; sequences hold their items. */
export type Element = readonly [tag: number, vr: string, value: ElementValue];

const LONG_FORM = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'SQ', 'UN', 'UT', 'UC', 'UR']);
const TRANSFER_SYNTAX = '1.2.840.10008.1.2.1';
const IMPLEMENTATION_CLASS = '2.25.245183950152163735241617381460192318722';
const META_GROUP_LENGTH = 0x00020000;

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function textBytes(text: string, vr: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length % 2 === 0) return bytes;
  return concatenate([bytes, Uint8Array.of(vr === 'UI' ? 0 : 0x20)]);
}

function numberBytes(values: readonly number[], width: number, write: (view: DataView, at: number, n: number) => void) {
  const view = new DataView(new ArrayBuffer(values.length * width));
  values.forEach((value, i) => {
    write(view, i * width, value);
  });
  return new Uint8Array(view.buffer);
}

function binaryBytes(vr: string, values: readonly number[]): Uint8Array {
  switch (vr) {
    case 'US':
      return numberBytes(values, 2, (view, at, n) => view.setUint16(at, n, true));
    case 'SS':
      return numberBytes(values, 2, (view, at, n) => view.setInt16(at, n, true));
    case 'UL':
      return numberBytes(values, 4, (view, at, n) => view.setUint32(at, n, true));
    case 'SL':
      return numberBytes(values, 4, (view, at, n) => view.setInt32(at, n, true));
    case 'FL':
      return numberBytes(values, 4, (view, at, n) => view.setFloat32(at, n, true));
    case 'FD':
      return numberBytes(values, 8, (view, at, n) => view.setFloat64(at, n, true));
    case 'AT':
      return numberBytes(values, 4, (view, at, n) => {
        view.setUint16(at, n >>> 16, true);
        view.setUint16(at + 2, n & 0xffff, true);
      });
    default:
      throw new Error(`numbers cannot be written as ${vr}`);
  }
}

/** Every machine that Node runs on is little endian; the check is there for the one that is not. */
function littleEndianWords(words: Uint16Array): Uint8Array {
  const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (!isLittleEndian) throw new Error('phantoms are written on little endian machines only');
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function isItems(value: ElementValue): value is readonly SequenceItem[] {
  return Array.isArray(value) && value.length > 0 && Array.isArray(value[0]);
}

function valueBytes(vr: string, value: ElementValue): Uint8Array {
  if (value instanceof Uint8Array) return value.length % 2 === 0 ? value : concatenate([value, Uint8Array.of(0)]);
  if (value instanceof Uint16Array) return littleEndianWords(value);
  if (typeof value === 'string') return textBytes(value, vr);
  if (isItems(value)) return concatenate(value.map(itemBytes));
  if (vr === 'SQ') return new Uint8Array(0);
  if (value.every((entry) => typeof entry === 'string')) return textBytes(value.join('\\'), vr);
  return binaryBytes(vr, value as readonly number[]);
}

function itemBytes(item: SequenceItem): Uint8Array {
  const body = elementsBytes(item);
  const header = new DataView(new ArrayBuffer(8));
  header.setUint16(0, 0xfffe, true);
  header.setUint16(2, 0xe000, true);
  header.setUint32(4, body.length, true);
  return concatenate([new Uint8Array(header.buffer), body]);
}

function elementBytes([tag, vr, value]: Element): Uint8Array {
  const body = valueBytes(vr, value);
  const isLong = LONG_FORM.has(vr);
  if (!isLong && body.length > 0xffff) throw new Error(`value of ${tag.toString(16)} is too long for ${vr}`);
  const header = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  header.setUint16(0, tag >>> 16, true);
  header.setUint16(2, tag & 0xffff, true);
  header.setUint8(4, vr.charCodeAt(0));
  header.setUint8(5, vr.charCodeAt(1));
  if (isLong) header.setUint32(8, body.length, true);
  else header.setUint16(6, body.length, true);
  return concatenate([new Uint8Array(header.buffer), body]);
}

/** Data elements go in ascending tag order (PS3.5 section 7.1), whatever order the caller listed them in. */
function elementsBytes(elements: readonly Element[]): Uint8Array {
  return concatenate([...elements].sort((a, b) => a[0] - b[0]).map(elementBytes));
}

/** The bytes of a DICOM Part 10 file: preamble, file meta information, data set. SOP class and instance come from the data set. */
export function dicomFile(dataset: readonly Element[]): Uint8Array {
  const text = (tag: number): string => {
    const value = dataset.find((element) => element[0] === tag)?.[2];
    if (typeof value !== 'string') throw new Error(`the data set lacks ${tag.toString(16)}`);
    return value;
  };
  const meta = elementsBytes([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', text(0x00080016)],
    [0x00020003, 'UI', text(0x00080018)],
    [0x00020010, 'UI', TRANSFER_SYNTAX],
    [0x00020012, 'UI', IMPLEMENTATION_CLASS],
    [0x00020013, 'SH', 'GROUNDGLASS'],
  ]);
  const length = elementBytes([META_GROUP_LENGTH, 'UL', [meta.length]]);
  return concatenate([new Uint8Array(128), new TextEncoder().encode('DICM'), length, meta, elementsBytes(dataset)]);
}
