import type { Db } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { CatalogueQueries, DatasetInstance, InstanceFile, TargetInstance } from './catalogue.ts';
import type { FileState } from './fileTracking.ts';

interface TargetRow {
  readonly PatientID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
  readonly NumberOfFrames: number;
  readonly has_pixels: number;
}

interface DatasetRow extends TargetRow {
  readonly pixel_sha256: string | null;
  readonly file_sha256: string;
  readonly Modality: string;
  readonly address: string;
  readonly file: string | null;
  readonly file_state: FileState;
}

const targetOf = (row: TargetRow): TargetInstance => ({
  patientId: row.PatientID,
  studyInstanceUid: row.StudyInstanceUID,
  seriesInstanceUid: row.SeriesInstanceUID,
  sopInstanceUid: row.SOPInstanceUID,
  frameCount: row.NumberOfFrames,
  hasPixels: row.has_pixels === 1,
});

const datasetInstanceOf = (row: DatasetRow, { fromStored }: WorkspacePaths): DatasetInstance => ({
  ...targetOf(row),
  ...(row.pixel_sha256 !== null && { pixelSha256: row.pixel_sha256 }),
  fileSha256: row.file_sha256,
  modality: row.Modality,
  address: fromStored(row.address),
  ...(row.file !== null && { file: row.file }),
  // What nobody has read to its end cannot be compared with other images.
  fileState: row.file_sha256 === '' ? 'unreadable' : row.file_state,
});

const columns = 'PatientID, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, NumberOfFrames, has_pixels';
const tables = 'FROM instance JOIN series USING (SeriesInstanceUID) JOIN study USING (StudyInstanceUID)';

type Targets = Omit<
  CatalogueQueries,
  'worklist' | 'worklistRow' | 'totals' | 'seriesByUid' | 'instancesOfSeries' | 'instanceBySop' | 'planeOf' | 'findings'
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
  const dataset = db.prepare<[], DatasetRow>(
    `SELECT ${columns}, pixel_sha256, file_sha256, Modality, address, file, file_state ${tables}
     WHERE has_pixels = 1 AND is_removed = 0
     ORDER BY PatientID, StudyInstanceUID, SeriesInstanceUID, InstanceNumber, SOPInstanceUID`,
  );
  const files = db.prepare<[], InstanceFile>(
    `SELECT SOPInstanceUID AS sopInstanceUid, address, file_sha256 AS fileSha256 FROM instance ORDER BY address`,
  );
  const all = -1;
  return {
    datasetInstances: () => dataset.all().map((row) => datasetInstanceOf(row, paths)),
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
