import type { Db } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { CatalogueQueries, StoredInstance, StoredSeries } from './catalogue.ts';
import type { FileState } from './fileTracking.ts';
import { parseInstance, parsePatient, parseSeries, parseStacks, parseStudy } from './storedFacts.ts';

interface SeriesRow {
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly is_removed: number;
  readonly removed_reason: string | null;
  readonly imported_at: string;
  readonly instances: number;
  readonly frames: number;
  readonly images: number;
  readonly stacks: string | null;
}

interface InstanceRow {
  readonly facts: string;
  readonly PatientID: string;
  readonly Modality: string;
  readonly file: string | null;
  readonly import_id: string;
  readonly file_state: FileState;
}

const seriesOf = (row: SeriesRow): StoredSeries => ({
  patient: parsePatient(row.patient),
  study: parseStudy(row.study),
  series: parseSeries(row.series),
  isRemoved: row.is_removed === 1,
  ...(row.removed_reason !== null && { removedReason: row.removed_reason }),
  importedAt: row.imported_at,
  instances: row.instances,
  frames: row.frames,
  hasImages: row.images > 0,
  ...(row.stacks !== null && { stacks: parseStacks(row.stacks) }),
});

function instanceOf(row: InstanceRow, { fromStored }: WorkspacePaths): StoredInstance {
  const facts = parseInstance(row.facts);
  return {
    facts: { ...facts, address: fromStored(facts.address) },
    patientId: row.PatientID,
    modality: row.Modality,
    ...(row.file !== null && { file: row.file }),
    importId: row.import_id,
    fileState: facts.fileSha256 === '' ? 'unreadable' : row.file_state,
  };
}

type Details = Pick<CatalogueQueries, 'seriesByUid' | 'instancesOfSeries' | 'instanceBySop' | 'planeOf'>;

export function detailQueries(db: Db, paths: WorkspacePaths): Details {
  const selectSeries = db.prepare<[string], SeriesRow>(
    `SELECT patient.facts AS patient, study.facts AS study, series.facts AS series, is_removed, imported_at, instances,
       frames, images, CASE WHEN stack_count IS NULL THEN NULL ELSE stacks END AS stacks,
       CASE WHEN is_removed = 1 THEN (SELECT reason FROM series_event
         WHERE SeriesInstanceUID = series.SeriesInstanceUID ORDER BY seq DESC LIMIT 1) END AS removed_reason
     FROM series JOIN study USING (StudyInstanceUID) JOIN patient USING (PatientID)
       LEFT JOIN series_stacks USING (SeriesInstanceUID)
     WHERE series.SeriesInstanceUID = ?`,
  );
  const base = `
    SELECT instance.facts AS facts, PatientID, Modality, file, instance.import_id AS import_id,
      file_state
    FROM instance JOIN series USING (SeriesInstanceUID) JOIN study USING (StudyInstanceUID)`;
  const selectOfSeries = db.prepare<[string, number, number], InstanceRow>(
    `${base} WHERE SeriesInstanceUID = ? ORDER BY InstanceNumber, SOPInstanceUID LIMIT ? OFFSET ?`,
  );
  const selectOne = db.prepare<[string], InstanceRow>(`${base} WHERE SOPInstanceUID = ?`);

  const instanceBySop = (sopInstanceUid: string): StoredInstance | undefined => {
    const row = selectOne.get(sopInstanceUid);
    return row && instanceOf(row, paths);
  };
  return {
    seriesByUid: (seriesInstanceUid) => {
      const row = selectSeries.get(seriesInstanceUid);
      return row && seriesOf(row);
    },
    instancesOfSeries: (seriesInstanceUid, { limit, offset } = { limit: -1, offset: 0 }) =>
      selectOfSeries.all(seriesInstanceUid, limit, offset).map((row) => instanceOf(row, paths)),
    instanceBySop,
    planeOf: (sopInstanceUid, frameNumber) => {
      const frame = instanceBySop(sopInstanceUid)?.facts.frames[frameNumber - 1];
      if (!frame?.position || !frame.orientation || !frame.pixelSpacing) return undefined;
      return { position: frame.position, orientation: frame.orientation, pixelSpacing: frame.pixelSpacing };
    },
  };
}
