import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dicomFile, type Element } from '../../../main/imaging/phantom/dicomFile.ts';

/** Small DICOM files for what no file of the reference corpora shows; written by the program's own writer. */
const root = '2.25.4711';

export interface WrittenImage {
  readonly name: string;
  /** Number of the series within the patient; images with one number are one series. */
  readonly series: number;
  readonly instance: number;
  readonly modality: string;
  readonly description: string;
  readonly columns: number;
  readonly rows: number;
  readonly value: (column: number, row: number) => number;
  readonly bits?: 8 | 16;
  readonly more?: readonly Element[];
}

const study = (patient: string, series: number, sop: string, sopClass: string): Element[] => [
  [0x00080016, 'UI', sopClass],
  [0x00080018, 'UI', sop],
  [0x00080020, 'DA', '20260105'],
  [0x00080030, 'TM', '101500'],
  [0x00100010, 'PN', `${patient}^Written`],
  [0x00100020, 'LO', patient],
  [0x0020000d, 'UI', `${root}.${hash(patient)}`],
  [0x0020000e, 'UI', `${root}.${hash(patient)}.${series}`],
  [0x00200011, 'IS', String(series)],
];

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 999_983, 7);

export const sopUid = (patient: string, series: number, instance: number): string =>
  `${root}.${hash(patient)}.${series}.${instance}`;

export const seriesUid = (patient: string, series: number): string => `${root}.${hash(patient)}.${series}`;

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
export const presentationStateClass = '1.2.840.10008.5.1.4.1.1.11.1';

/** Writes the images of one patient into a folder, one file each. */
export function writeImages(folder: string, patient: string, images: readonly WrittenImage[]): void {
  mkdirSync(folder, { recursive: true });
  for (const image of images) {
    const { series, instance, columns, rows, bits = 16 } = image;
    const sop = sopUid(patient, series, instance);
    const replaced = new Set((image.more ?? []).map(([tag]) => tag));
    const elements: Element[] = [
      ...study(patient, series, sop, secondaryCapture),
      [0x00080060, 'CS', image.modality],
      [0x0008103e, 'LO', image.description],
      [0x00200013, 'IS', String(instance)],
      [0x00280002, 'US', [1]],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', [rows]],
      [0x00280011, 'US', [columns]],
      [0x00280100, 'US', [bits]],
      [0x00280101, 'US', [bits]],
      [0x00280102, 'US', [bits - 1]],
      [0x00280103, 'US', [0]],
      [0x7fe00010, 'OW', pixelsOf(image)],
    ];
    const dataSet = [...elements.filter(([tag]) => !replaced.has(tag)), ...(image.more ?? [])];
    writeFileSync(path.join(folder, `${image.name}.dcm`), dicomFile(dataSet));
  }
}

function pixelsOf({ columns, rows, value, bits = 16 }: WrittenImage): Uint8Array {
  const values = Array.from({ length: columns * rows }, (_, i) => value(i % columns, Math.floor(i / columns)));
  return bits === 8 ? Uint8Array.from(values) : new Uint8Array(Uint16Array.from(values).buffer);
}

/** A presentation state of a patient about the given images of one series. */
export function writePresentationState(
  folder: string,
  patient: string,
  about: { readonly series: number; readonly instances: readonly number[] },
  state: { readonly number: number; readonly label: string; readonly elements: readonly Element[] },
): void {
  const images = about.instances.map((instance): Element[] => [
    [0x00081150, 'UI', secondaryCapture],
    [0x00081155, 'UI', sopUid(patient, about.series, instance)],
  ]);
  const dataSet: Element[] = [
    ...study(patient, 900, sopUid(patient, 900, state.number), presentationStateClass),
    [0x00080060, 'CS', 'PR'],
    [
      0x00081115,
      'SQ',
      [
        [
          [0x00081140, 'SQ', images],
          [0x0020000e, 'UI', seriesUid(patient, about.series)],
        ],
      ],
    ],
    [0x00700080, 'CS', state.label],
    ...state.elements,
  ];
  writeFileSync(path.join(folder, `state-${state.number}.dcm`), dicomFile(dataSet));
}

/** An overlay plane of the size of the image: 1 where `isSet`. */
export function overlayElements(
  columns: number,
  rows: number,
  isSet: (column: number, row: number) => boolean,
): Element[] {
  const packed = new Uint8Array(Math.ceil((columns * rows) / 16) * 2);
  for (let i = 0; i < columns * rows; i++)
    if (isSet(i % columns, Math.floor(i / columns))) packed[i >> 3] = (packed[i >> 3] ?? 0) | (1 << (i & 7));
  return [
    [0x60000010, 'US', [rows]],
    [0x60000011, 'US', [columns]],
    [0x60000040, 'CS', 'G'],
    [0x60000050, 'SS', [1, 1]],
    [0x60000100, 'US', [1]],
    [0x60000102, 'US', [0]],
    [0x60001500, 'LO', 'Frame'],
    [0x60003000, 'OW', packed],
  ];
}
