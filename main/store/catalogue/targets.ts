import type { Db } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { CatalogueQueries, ImageSeries, InstanceFile, TargetInstance } from './catalogue.ts';

interface TargetRow {
  readonly PatientID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
  readonly NumberOfFrames: number;
  readonly has_pixels: number;
}

const targetOf = (row: TargetRow): TargetInstance => ({
  patientId: row.PatientID,
  studyInstanceUid: row.StudyInstanceUID,
  seriesInstanceUid: row.SeriesInstanceUID,
  sopInstanceUid: row.SOPInstanceUID,
  frameCount: row.NumberOfFrames,
  hasPixels: row.has_pixels === 1,
});

const columns = 'PatientID, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, NumberOfFrames, has_pixels';
const tables = 'FROM instance JOIN series USING (SeriesInstanceUID) JOIN study USING (StudyInstanceUID)';

type Targets = Omit<
  CatalogueQueries,
  | 'worklistPages'
  | 'worklistRow'
  | 'totals'
  | 'seriesByUid'
  | 'instancesOfSeries'
  | 'instanceBySop'
  | 'planeOf'
  | 'findings'
>;

/** What labels and cases point at, without the facts of the headers. */
export function targetQueries(db: Db, paths: WorkspacePaths): Targets {
  const images = (condition: string) =>
    db.prepare<[string, number], TargetRow>(
      `SELECT ${columns} ${tables} WHERE ${condition} = ? AND has_pixels = 1 AND is_removed = 0
       ORDER BY SeriesInstanceUID, InstanceNumber, SOPInstanceUID LIMIT ?`,
    );
  const byFile = db.prepare<[string], TargetRow>(
    `SELECT ${columns} ${tables} WHERE file = ? AND is_removed = 0 ORDER BY SOPInstanceUID`,
  );
  const byContent = db.prepare<[string], TargetRow & { readonly address: string }>(
    `SELECT ${columns}, address ${tables} WHERE file_sha256 = ? AND file_sha256 <> '' AND has_pixels = 1 AND is_removed = 0
     ORDER BY SOPInstanceUID`,
  );
  const bySop = db.prepare<[string], TargetRow>(`SELECT ${columns} ${tables} WHERE SOPInstanceUID = ?`);
  const bySeries = images('SeriesInstanceUID');
  const byStudy = images('StudyInstanceUID');
  const byPatient = images('PatientID');
  const seriesByPatient = db.prepare<[string], { studyInstanceUid: string; seriesInstanceUid: string }>(
    `SELECT StudyInstanceUID AS studyInstanceUid, SeriesInstanceUID AS seriesInstanceUid
     FROM series JOIN study USING (StudyInstanceUID) WHERE PatientID = ? AND images > 0 AND is_removed = 0
     ORDER BY StudyInstanceUID, SeriesInstanceUID`,
  );
  const presentations = db
    .prepare<[string], string>(
      `SELECT address ${tables} WHERE PatientID = ? AND Modality = 'PR' AND has_pixels = 0 AND is_removed = 0
       ORDER BY SOPInstanceUID`,
    )
    .pluck();
  const studyOfSeries = db
    .prepare<[string], string>('SELECT StudyInstanceUID FROM series WHERE SeriesInstanceUID = ?')
    .pluck();
  const study = db.prepare<[string], number>('SELECT 1 FROM study WHERE StudyInstanceUID = ?').pluck();
  const imageSeries = db.prepare<[], ImageSeries>(
    `SELECT PatientID AS patientId, StudyInstanceUID AS studyInstanceUid, SeriesInstanceUID AS seriesInstanceUid, images, frames
     FROM series JOIN study USING (StudyInstanceUID) WHERE images > 0 AND is_removed = 0
     ORDER BY PatientID, StudyInstanceUID, SeriesInstanceUID`,
  );
  const files = db.prepare<[], InstanceFile>(
    `SELECT SOPInstanceUID AS sopInstanceUid, address, file_sha256 AS fileSha256 FROM instance ORDER BY address`,
  );
  const all = -1;
  return {
    imageSeries: () => imageSeries.all(),
    instanceFiles: () => files.all().map((file) => ({ ...file, address: paths.fromStored(file.address) })),
    targetsByFile: (file) => byFile.all(file).map(targetOf),
    targetBySop: (sopInstanceUid) => {
      const row = bySop.get(sopInstanceUid);
      return row && targetOf(row);
    },
    imagesByContent: (fileSha256) =>
      byContent.all(fileSha256).map((row) => ({ ...targetOf(row), address: paths.fromStored(row.address) })),
    targetsOfSeries: (uid, limit = all) => bySeries.all(uid, limit).map(targetOf),
    targetsOfStudy: (uid, limit = all) => byStudy.all(uid, limit).map(targetOf),
    targetsOfPatient: (patientId, limit = all) => byPatient.all(patientId, limit).map(targetOf),
    seriesOfPatient: (patientId) => seriesByPatient.all(patientId),
    presentationStateAddresses: (patientId) => presentations.all(patientId).map(paths.fromStored),
    studyOfSeries: (seriesInstanceUid) => studyOfSeries.get(seriesInstanceUid),
    hasStudy: (studyInstanceUid) => study.get(studyInstanceUid) !== undefined,
  };
}
