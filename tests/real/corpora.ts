import path from 'node:path';
import { DatasetRecipe } from '../../main/contract/datasets.ts';
import { loadCaseFrame } from '../../main/learning/dataset/greyFrame.ts';
import { selectCases } from '../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../main/learning/dataset/writeSnapshot.ts';
import { corpus, readCsv } from './data.ts';
import { type LabelledFile, selectionOf } from './trainOnFiles.ts';

/** A corpus of real images with one answer of two per image. */
export interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly labels: string;
  readonly columns: { readonly file: string; readonly patient: string; readonly class: string };
  readonly classes: readonly [string, string];
  readonly recipe: object;
  /** A measurement in the table of labels that says much by itself. */
  readonly measured?: { readonly column: string; readonly title: string };
}

/** Stored greys as they are: the pictures were windowed alike. */
const asStored = { window: { center: 127.5, width: 255 } };

export const kermany: Corpus = {
  ...{ name: 'kermany224', folder: 'cxr', labels: 'kermany224/labels.csv', classes: ['NORMAL', 'PNEUMONIA'] },
  columns: { file: 'file', patient: 'patient', class: 'label' },
  recipe: asStored,
};

export const nodules: Corpus = {
  ...{ name: 'lidc-nodules', folder: 'lidc-nodules', labels: 'labels.csv', classes: ['Benign', 'Malign'] },
  columns: { file: 'slice64', patient: 'patient_id', class: 'Diagnosis' },
  recipe: asStored,
  measured: { column: 'diameter_mm', title: 'diameter' },
};

export const nih: Corpus = {
  ...{ name: 'nih64', folder: 'cxr', labels: 'nih64/labels.csv', classes: ['normal', 'abnormal'] },
  columns: { file: 'file', patient: 'patient', class: 'label' },
  recipe: {},
};

export const hasCorpora = (...wanted: readonly Corpus[]): boolean => wanted.every(({ folder }) => corpus(folder));

const rowsOf = ({ folder, labels }: Corpus) => readCsv(path.join(corpus(folder) ?? '', labels));

function filesOf(from: Corpus): LabelledFile[] {
  const root = corpus(from.folder) ?? '';
  return rowsOf(from).map((row) => ({
    file: path.join(root, row[from.columns.file] ?? ''),
    patientId: row[from.columns.patient] ?? '',
    className: row[from.columns.class] ?? '',
  }));
}

/** The folder of a snapshot of 64 x 64 pictures below `root`, by default in 5 folds by patient. */
export async function snapshotOf(
  root: string,
  from: Corpus,
  partition: object = { kind: 'folds', folds: 5 },
): Promise<string> {
  const how = DatasetRecipe.parse({ target: 'Class', size: 64, partition, ...from.recipe });
  const selection = selectCases(selectionOf(filesOf(from), from.classes), how);
  const request = { root, selection, recipe: how, target: 'Class', createdAt: new Date().toISOString() };
  return (await writeSnapshot(request, loadCaseFrame)).directory;
}

/** The measurement of each case of a snapshot that `snapshotOf` made; undefined where the corpus has none. */
export function measuredOf(
  from: Corpus,
  cases: readonly { readonly sopInstanceUid: string }[],
): readonly number[] | undefined {
  const { measured } = from;
  if (!measured) return undefined;
  const rows = rowsOf(from);
  return cases.map(({ sopInstanceUid }) => Number(rows[rowOf(sopInstanceUid)]?.[measured.column]));
}

/** `selectionOf` numbers its images: 2.25.<row from 1>.3 */
const rowOf = (sopInstanceUid: string): number => Number(sopInstanceUid.split('.')[2]) - 1;
