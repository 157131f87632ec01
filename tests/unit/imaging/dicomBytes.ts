/** Writes small DICOM files for tests: explicit or implicit VR little endian, native or encapsulated pixels. */
export type TestElement = readonly [
  tag: string,
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly TestElement[][],
];

const longVrs = new Set(['OB', 'OW', 'OF', 'OD', 'SQ', 'UN', 'UT', 'OV']);
const explicitUid = '1.2.840.10008.1.2.1';

export interface TestFileOptions {
  readonly transferSyntax?: string;
  readonly isImplicit?: boolean;
  readonly hasPreamble?: boolean;
  /** Replaces the data set's bytes, for deflated files. */
  readonly encode?: (dataSet: Uint8Array) => Uint8Array;
}

export function dicomFile(elements: readonly TestElement[], options: TestFileOptions = {}): Uint8Array {
  const dataSet = writeElements(elements, options.isImplicit ?? false);
  const body = options.encode?.(dataSet) ?? dataSet;
  if (options.hasPreamble === false) return body;
  const meta = writeElements([['00020010', 'UI', options.transferSyntax ?? explicitUid]], false);
  return Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), meta, body]);
}

export function writeElements(elements: readonly TestElement[], isImplicit: boolean): Uint8Array {
  const sorted = [...elements].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return Buffer.concat(sorted.map((element) => writeElement(element, isImplicit)));
}

function writeElement([tag, vr, value]: TestElement, isImplicit: boolean): Uint8Array {
  const bytes = valueBytes(vr, value, isImplicit);
  const tagBytes = Buffer.alloc(4);
  tagBytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  tagBytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  const isLong = isImplicit || longVrs.has(vr);
  const length = Buffer.alloc(isLong ? 4 : 2);
  if (isLong) length.writeUInt32LE(bytes.length);
  else length.writeUInt16LE(bytes.length);
  if (isImplicit) return Buffer.concat([tagBytes, length, bytes]);
  return Buffer.concat([tagBytes, Buffer.from(vr), Buffer.alloc(isLong ? 2 : 0), length, bytes]);
}

function valueBytes(vr: string, value: TestElement[2], isImplicit: boolean): Uint8Array {
  if (value instanceof Uint8Array) return value.length % 2 ? Buffer.concat([value, Buffer.alloc(1)]) : value;
  if (typeof value === 'string') {
    const padding = value.length % 2 ? (vr === 'UI' ? '\0' : ' ') : '';
    return Buffer.from(value + padding, 'latin1');
  }
  if (vr === 'SQ') {
    return Buffer.concat((value as readonly TestElement[][]).map((item) => writeItem(writeElements(item, isImplicit))));
  }
  const numbers = value as readonly number[];
  const size = vr === 'FD' ? 8 : vr === 'UL' ? 4 : 2;
  const out = Buffer.alloc(numbers.length * size);
  numbers.forEach((n, i) => {
    if (vr === 'FD') out.writeDoubleLE(n, i * size);
    else if (vr === 'UL') out.writeUInt32LE(n, i * size);
    else if (vr === 'SS') out.writeInt16LE(n, i * size);
    else out.writeUInt16LE(n, i * size);
  });
  return out;
}

function writeItem(content: Uint8Array): Uint8Array {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** Encapsulated Pixel Data (explicit VR): empty offset table, then the fragments. */
export function encapsulated(fragments: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Buffer.concat([head, writeItem(new Uint8Array(0)), ...fragments.map(writeItem), end]);
}

/** The elements of a small grey image; `overrides` replace by tag. */
export function imageElements(pixels: Uint8Array | undefined, overrides: readonly TestElement[] = []): TestElement[] {
  const base: TestElement[] = [
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    ['00080018', 'UI', '1.2.3.4'],
    ['00080060', 'CS', 'CT'],
    ['00100010', 'PN', 'Test^Image'],
    ['00100020', 'LO', 'P1'],
    ['0020000d', 'UI', '1.2.3'],
    ['0020000e', 'UI', '1.2.3.1'],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [2]],
    ['00280011', 'US', [3]],
    ['00280100', 'US', [16]],
    ['00280101', 'US', [16]],
    ['00280102', 'US', [15]],
    ['00280103', 'US', [1]],
  ];
  const replaced = new Set(overrides.map(([tag]) => tag));
  const kept = base.filter(([tag]) => !replaced.has(tag));
  return [...kept, ...overrides, ...(pixels ? [['7fe00010', 'OW', pixels] satisfies TestElement] : [])];
}

export function int16Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(values).buffer);
}
