import type { SeriesInstanceUid, StudyInstanceUid } from '../../domain/ids.ts';
import type { Db } from '../workspace/database.ts';
import type { CatalogueQueries, CatalogueRow, Totals } from './catalogue.ts';

interface SeriesRow {
  readonly PatientID: string;
  readonly PatientName: string | null;
  readonly PatientSex: string | null;
  readonly patient_age_years: number | null;
  readonly StudyInstanceUID: string;
  readonly StudyDate: string | null;
  readonly StudyDescription: string | null;
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: number | null;
  readonly SeriesDescription: string | null;
  readonly Modality: string;
  readonly frames: number;
  readonly stack_count: number | null;
  readonly Rows: number | null;
  readonly Columns: number | null;
  readonly images: number;
  readonly findings: number;
  readonly is_removed: number;
  readonly imported_at: string;
  /** Number of the row in its table. */
  readonly place: number;
}

/** 45 -> '45 y', 0.5 -> '6 mo'. */
export function ageText(years: number): string {
  return years >= 2 ? `${Math.floor(years)} y` : `${Math.round(years * 12)} mo`;
}

const rowOf = (row: SeriesRow): CatalogueRow => ({
  patientId: row.PatientID,
  patientName: row.PatientName ?? '',
  ...(row.PatientSex !== null && { patientSex: row.PatientSex }),
  ...(row.patient_age_years !== null && { patientAge: ageText(row.patient_age_years) }),
  studyInstanceUid: row.StudyInstanceUID as StudyInstanceUid,
  ...(row.StudyDate !== null && { studyDate: row.StudyDate }),
  ...(row.StudyDescription !== null && { studyDescription: row.StudyDescription }),
  seriesInstanceUid: row.SeriesInstanceUID as SeriesInstanceUid,
  ...(row.SeriesNumber !== null && { seriesNumber: row.SeriesNumber }),
  ...(row.SeriesDescription !== null && { seriesDescription: row.SeriesDescription }),
  modality: row.Modality,
  frames: row.frames,
  stacks: row.stack_count ?? 0,
  ...(row.Rows !== null && { rows: row.Rows }),
  ...(row.Columns !== null && { columns: row.Columns }),
  hasImages: row.images > 0,
  findings: row.findings,
  isRemoved: row.is_removed === 1,
  importedAt: row.imported_at,
});

const byText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** By patient, study date, study, series number, series; what has no date or number comes first. */
const byPlace = (a: CatalogueRow, b: CatalogueRow): number =>
  byText(a.patientId, b.patientId) ||
  byText(a.studyDate, b.studyDate) ||
  byText(a.studyInstanceUid, b.studyInstanceUid) ||
  (a.seriesNumber ?? Number.NEGATIVE_INFINITY) - (b.seriesNumber ?? Number.NEGATIVE_INFINITY) ||
  byText(a.seriesInstanceUid, b.seriesInstanceUid);

export const sortWorklist = <R extends CatalogueRow>(rows: readonly R[]): R[] => [...rows].sort(byPlace);

/** Rows that are read at once: some 2 ms with their marks. */
const pageRows = 250;

/** One row a series from three narrow tables; instances are not touched. */
export function worklistQueries(db: Db): Pick<CatalogueQueries, 'worklistPages' | 'worklistRow' | 'totals'> {
  const base = `
    SELECT PatientID, PatientName, PatientSex, patient_age_years, StudyInstanceUID, StudyDate, StudyDescription,
      SeriesInstanceUID, SeriesNumber, SeriesDescription, Modality, frames, stack_count, Rows, Columns, images, findings,
      is_removed, imported_at, series.rowid AS place
    FROM series JOIN study USING (StudyInstanceUID) JOIN patient USING (PatientID)`;
  const selectPage = db.prepare<[number, number], SeriesRow>(
    `${base} WHERE series.rowid > ? AND is_removed <= ? ORDER BY series.rowid LIMIT ${pageRows}`,
  );
  const selectOne = db.prepare<[string], SeriesRow>(`${base} WHERE SeriesInstanceUID = ?`);
  const selectTotals = db.prepare<[], Totals>(
    `SELECT count(DISTINCT PatientID) AS patients, count(DISTINCT StudyInstanceUID) AS studies, count(*) AS series,
       coalesce(sum(instances), 0) AS instances
     FROM series JOIN study USING (StudyInstanceUID) WHERE is_removed = 0`,
  );
  return {
    *worklistPages({ includeRemoved = false } = {}) {
      for (let after = 0; ; ) {
        const page = selectPage.all(after, includeRemoved ? 1 : 0);
        const last = page.at(-1);
        if (last === undefined) return;
        yield page.map(rowOf);
        after = last.place;
      }
    },
    worklistRow: (seriesInstanceUid) => {
      const row = selectOne.get(seriesInstanceUid);
      return row && rowOf(row);
    },
    totals: () => selectTotals.get() ?? { patients: 0, studies: 0, series: 0, instances: 0 },
  };
}
