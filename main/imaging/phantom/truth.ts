import { type Canvas, indexOf, type Point } from './canvas.ts';
import { type PhantomKind, phantomMeasures } from './drawing.ts';
import { modalityOf, type PhantomInstance } from './instances.ts';
import type { Lesion } from './lesion.ts';

/** What is true about one phantom patient, as written to truth.json. */
export interface PhantomTruth {
  readonly patientId: string;
  readonly kind: PhantomKind;
  readonly className: string;
  readonly seriesInstanceUid: string;
  readonly folder: string;
  /** The file, instance and 1-based frame through the middle of the lesion; without a lesion, of the series. */
  readonly file: string;
  readonly sopInstanceUid: string;
  readonly frame: number;
  readonly lesion: LesionTruth | null;
  /** The number and the second finding of `phantomMeasures`. */
  readonly number: number;
  readonly hasFinding: boolean;
}

export interface LesionTruth {
  /** [column, row] in the frame above, pixel centres at integers. */
  readonly centrePixel: readonly [number, number];
  /** [x, y, z] patient LPS mm; for films there is no patient position and this is null. */
  readonly centreLpsMm: Point | null;
  readonly diameterMm: number;
  /** Path of the mask from the output folder. */
  readonly mask: string;
}

/** The frame (0-based) nearest to the lesion's centre, or the middle one. */
export function keyFrame(canvas: Canvas, lesion: Lesion | undefined): number {
  const { grid } = canvas;
  if (!lesion) return Math.floor(grid.frames / 2);
  return Math.min(grid.frames - 1, Math.max(0, Math.round(indexOf(grid, lesion.centre)[2])));
}

/** Outline of a lesion, [x, y] mm, as a polygon geometry: [column, row] of the 1-based frame, rounded to hundredths of a pixel. */
export function outlineGeometry(
  points: readonly (readonly [number, number])[],
  canvas: Canvas,
  frameNumber: number,
  isMirrored: boolean,
): string {
  const { grid } = canvas;
  const round = (value: number): number => Math.round(value * 100) / 100;
  const pixels = points.map(([x, y]) => {
    const [column, row] = indexOf(grid, [x, y, 0]);
    return [round(isMirrored ? grid.columns - 1 - column : column), round(row)];
  });
  return JSON.stringify({ type: 'polygon', points: pixels, frame: frameNumber });
}

interface LabelRow {
  readonly scope: 'series' | 'image' | 'lesion';
  readonly seriesUid?: string;
  readonly sopUid?: string;
  readonly frame?: number;
  readonly label: string;
  readonly value: string;
  readonly number?: { readonly unit: string; readonly maximum: number };
  readonly geometry?: string;
}

/** Label names by kind: `nodule` names lesions, `nodule-image` and `nodule-series` carry the class of the whole. */
export const labelNames: Readonly<Record<PhantomKind, string>> = {
  'ct-nodule': 'nodule',
  'mr-lesion': 'brain',
  cr: 'film',
  'ct-liver': 'liver',
};

/** Modality (0008,0060) of the images by the name of a label of theirs. */
export const labelModalities: ReadonlyMap<string, string> = new Map(
  (Object.entries(labelNames) as [PhantomKind, string][]).flatMap(([kind, name]) =>
    [
      ...[name, `${name}-image`, `${name}-series`],
      ...[phantomMeasures[kind].number, phantomMeasures[kind].finding],
    ].map((label) => [label, modalityOf(kind)] as const),
  ),
);

/** The rows of one patient in labels.csv: the class of the series and of its key image, number and second finding there, and the outlined lesion. */
export function labelRows(truth: PhantomTruth, instance: PhantomInstance, geometry: string | undefined): LabelRow[] {
  const name = labelNames[truth.kind];
  const value = truth.className;
  const { number, unit, maximum, finding } = phantomMeasures[truth.kind];
  const image = { sopUid: instance.sopInstanceUid, frame: truth.frame, value };
  const rows: LabelRow[] = [
    { scope: 'series', seriesUid: truth.seriesInstanceUid, label: `${name}-series`, value },
    { scope: 'image', ...image, label: `${name}-image` },
    {
      scope: 'image',
      ...image,
      label: number,
      value: String(Number(truth.number.toFixed(1))),
      number: { unit, maximum },
    },
    { scope: 'image', ...image, label: finding, value: truth.hasFinding ? 'yes' : 'no' },
  ];
  return geometry === undefined ? rows : [...rows, { scope: 'lesion', ...image, label: name, geometry }];
}

const HEADER = 'reader,scope,series_uid,sop_uid,frame,label,value,unit,minimum,maximum,geometry';

/** labels.csv as `labels import` takes it (RFC 4180 quoting). */
export function labelsCsv(rows: readonly LabelRow[]): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) =>
    [
      'phantom',
      row.scope,
      row.seriesUid ?? '',
      row.sopUid ?? '',
      row.frame ?? '',
      row.label,
      row.value,
      row.number?.unit ?? '',
      row.number ? 0 : '',
      row.number?.maximum ?? '',
      row.geometry ?? '',
    ]
      .map((cell) => quote(String(cell)))
      .join(','),
  );
  return `${[HEADER, ...lines].join('\n')}\n`;
}
