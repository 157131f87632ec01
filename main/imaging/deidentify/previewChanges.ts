import { createRequire } from 'node:module';
import { textDecoderFor } from '../dicom/characterSets.ts';
import { parseElements } from '../dicom/parseElements.ts';
import { openSource } from '../files/openSource.ts';
import { textOf } from './cleanDataSet.ts';
import { dictionaryVr } from './dataDictionary.ts';
import { deidentify } from './deidentify.ts';
import { type DataSet, elementTree, type TreeElement } from './elementTree.ts';
import type { DeidentifyOptions } from './options.ts';

export interface PreviewRequest {
  readonly address: string;
  /** Not that of the table: the values of the preview are examples. */
  readonly secret: Uint8Array;
  readonly options: DeidentifyOptions;
}

/** One element of a file before and after. Sequences are opened. */
export interface ElementChange {
  /** `(0010,0010)`, with the way through sequences before it. */
  readonly path: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly change: 'removed' | 'emptied' | 'replaced' | 'kept' | 'added';
}

const longestText = 80;
const mostRows = 3000;

/** What de-identification would change in a file, without writing anything. Errors: those of `deidentify`. */
export async function previewChanges({ address, secret, options }: PreviewRequest): Promise<ElementChange[]> {
  const source = await openSource(address);
  const made = await deidentify(source, { options, keys: { secret }, burnedIn: 'accept' });
  const [before, after] = [valuesOf(source), valuesOf(made.bytes)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.slice(0, mostRows).map((path) => changeOf(path, before.get(path), after.get(path)));
}

function changeOf(path: string, before: string | undefined, after: string | undefined): ElementChange {
  const base = { path, name: nameOf(path), before: before ?? '', after: after ?? '' };
  if (after === undefined) return { ...base, change: 'removed' };
  if (before === undefined) return { ...base, change: 'added' };
  if (before === after) return { ...base, change: 'kept' };
  return { ...base, change: after === '' ? 'emptied' : 'replaced' };
}

function valuesOf(file: Uint8Array): Map<string, string> {
  const { dataSet, encoding } = elementTree(parseElements(file));
  const values = new Map<string, string>();
  collect(dataSet, '', values, { isBigEndian: encoding.isBigEndian, decode: textDecoderFor([]) });
  return values;
}

interface Reading {
  readonly isBigEndian: boolean;
  readonly decode: (bytes: Uint8Array) => string;
}

function collect(dataSet: DataSet, way: string, values: Map<string, string>, reading: Reading): void {
  const characterSet = dataSet.find(({ tag }) => tag === '00080005');
  const here = characterSet ? { ...reading, decode: textDecoderFor(textOf(characterSet).split('\\')) } : reading;
  for (const element of dataSet) {
    const path = `${way}(${element.tag.slice(0, 4)},${element.tag.slice(4)})`;
    if (!element.items) {
      values.set(path, valueText(element, here));
      continue;
    }
    const items = element.items();
    values.set(path, items.length === 1 ? '1 item' : `${items.length} items`);
    items.forEach((item, i) => {
      collect(item, `${path} ${i + 1} > `, values, here);
    });
  }
}

const numberReaders: Readonly<
  Record<string, readonly [size: number, read: (view: DataView, at: number, little: boolean) => number | bigint]>
> = {
  US: [2, (view, at, little) => view.getUint16(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  UV: [8, (view, at, little) => view.getBigUint64(at, little)],
  SV: [8, (view, at, little) => view.getBigInt64(at, little)],
};
const textVrs = new Set([
  'AE',
  'AS',
  'CS',
  'DA',
  'DS',
  'DT',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'ST',
  'TM',
  'UC',
  'UI',
  'UR',
  'UT',
]);

function valueText(element: TreeElement, { isBigEndian, decode }: Reading): string {
  const known = dictionaryVr(element.tag)?.split('|')[0];
  const vr = element.fileVr && element.fileVr !== 'UN' ? element.fileVr : (known ?? 'UN');
  const { value } = element;
  const reader = numberReaders[vr];
  if (reader) {
    const [size, read] = reader;
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const count = Math.floor(value.length / size);
    const shown = Array.from({ length: Math.min(8, count) }, (_, i) => String(read(view, i * size, !isBigEndian)));
    return shown.join('\\') + (count > 8 ? ` ... (${count} numbers)` : '');
  }
  if (!textVrs.has(vr)) return value.length === 0 ? '' : `${value.length} bytes`;
  const text = decode(value).replace(/[\0 ]+$/, '');
  return text.length > longestText ? `${text.slice(0, longestText)} ... (${text.length} characters)` : text;
}

interface Names {
  readonly data: {
    readonly DicomMetaDictionary: {
      readonly dictionary: Readonly<Record<string, { readonly name?: string } | undefined>>;
    };
  };
}

let names: Names | undefined;

/** The keyword of PS3.6, from the dictionary of dcmjs, which is read when it is needed first. */
function nameOf(path: string): string {
  // The package has no types; what is used of it is written down above.
  names ??= createRequire(import.meta.url)('dcmjs') as Names;
  const tag = path.slice(path.lastIndexOf('('));
  if (/^\([0-9a-f]{3}[13579bdf]/.test(tag)) return 'private';
  const { dictionary } = names.data.DicomMetaDictionary;
  return dictionary[tag.toUpperCase()]?.name ?? '';
}
