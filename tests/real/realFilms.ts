import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { succeed } from '../../bench/commandLine.ts';
import { corpus, csvText, readCsv } from './data.ts';

/** A chest film of cxr/kermany224; `file` is relative to that folder. */
export interface Film {
  readonly file: string;
  readonly patientId: string;
  readonly trueClass: string;
}

/** The corpus' folder and films, or undefined where it is not on this machine. */
export function realFilms(): { readonly folder: string; readonly films: readonly Film[] } | undefined {
  const folder = corpus('cxr/kermany224');
  if (!folder) return undefined;
  const films = readCsv(path.join(folder, 'labels.csv')).map(({ file = '', patient = '', label = '' }) => ({
    file: file.replace(/^kermany224\//, ''),
    patientId: patient,
    trueClass: label,
  }));
  return { folder, films };
}

/** Takes films into a workspace; `root` is where the metadata table goes. */
export async function importFilms(folder: string, films: readonly Film[], root: string, workspace: string) {
  const metadata = path.join(root, 'metadata.csv');
  writeFileSync(
    metadata,
    csvText(
      ['file', 'patient_id'],
      films.map(({ file, patientId }) => [file, patientId]),
    ),
  );
  const { last } = await succeed(['import', folder, `--metadata=${metadata}`], { workspace });
  if (last.imported !== films.length) throw new Error(`${last.imported} of ${films.length} films were imported`);
}

/** Labels the films under one name, by their `trueClass`; `file` as the metadata table has it. */
export async function labelFilms(
  films: readonly Film[],
  label: string,
  where: { readonly root: string; readonly workspace: string },
) {
  const csv = path.join(where.root, 'film-labels.csv');
  const rows = films.map(({ file, trueClass }) => ['corpus', 'image', file, label, trueClass]);
  writeFileSync(csv, csvText(['reader', 'scope', 'file', 'label', 'value'], rows));
  const { last } = await succeed(['labels', 'import', csv, '--positive=PNEUMONIA'], { workspace: where.workspace });
  if (last.added !== films.length)
    throw new Error(
      `${last.added} of ${films.length} labels were added: ${JSON.stringify(last.rejected).slice(0, 300)}`,
    );
}
