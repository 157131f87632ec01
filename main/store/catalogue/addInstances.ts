import type { DataFinding } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import type { IndexedFile } from '../../domain/imageTypes.ts';
import type { AuditedChange, WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact, withinBudget } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { AddResult, NewInstance, RejectedFile } from './catalogue.ts';
import type { FileTracking } from './fileTracking.ts';
import type { FindingTable } from './findingTable.ts';
import { instanceRows, type MovedInstance, type PresentInstance } from './instanceRows.ts';
import { twinFinding } from './trackFiles.ts';

const LARGEST_CHUNK = 200;

interface Added {
  patients: number;
  studies: number;
  series: number;
  instances: number;
}

/** The three rows above an instance; a UID that hangs below another patient or study is refused. */
function parentRows(db: Db) {
  const insertPatient = db.prepare(
    `INSERT INTO patient (PatientID, PatientName, PatientSex, facts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertStudy = db.prepare(
    `INSERT INTO study (StudyInstanceUID, PatientID, StudyDate, StudyDescription, patient_age_years, facts)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertSeries = db.prepare(
    `INSERT INTO series (SeriesInstanceUID, StudyInstanceUID, Modality, SeriesNumber, SeriesDescription, import_id,
       imported_at, facts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const patientOfStudy = db.prepare<[string], string>('SELECT PatientID FROM study WHERE StudyInstanceUID = ?').pluck();
  const studyOfSeries = db
    .prepare<[string], string>('SELECT StudyInstanceUID FROM series WHERE SeriesInstanceUID = ?')
    .pluck();

  return {
    conflictOf({ study, series }: IndexedFile): string | undefined {
      const patientId = patientOfStudy.get(study.studyInstanceUid) ?? study.patientId;
      if (patientId !== study.patientId) return 'Its study is in the workspace under another patient.';
      const studyUid = studyOfSeries.get(series.seriesInstanceUid) ?? series.studyInstanceUid;
      return studyUid === series.studyInstanceUid ? undefined : 'Its series is in the workspace under another study.';
    },
    add({ patient, study, series }: IndexedFile, importId: string, now: string, added: Added): void {
      added.patients += insertPatient.run(
        patient.patientId,
        patient.patientName ?? null,
        patient.sex ?? null,
        JSON.stringify(patient),
      ).changes;
      added.studies += insertStudy.run(
        study.studyInstanceUid,
        study.patientId,
        study.studyDate ?? null,
        study.description ?? null,
        study.patientAgeYears ?? null,
        JSON.stringify(study),
      ).changes;
      added.series += insertSeries.run(
        series.seriesInstanceUid,
        series.studyInstanceUid,
        series.modality,
        series.seriesNumber ?? null,
        series.description ?? null,
        importId,
        now,
        JSON.stringify(series),
      ).changes;
    },
  };
}

const movedFinding = {
  code: 'file-moved',
  message: 'The file was known at another place, where it is no more: its new place is remembered.',
  severity: 'info',
} as const;

const replacedFinding = {
  code: 'truncated-replaced',
  message: 'A complete copy took the place of a file that was cut short.',
  severity: 'info',
} as const;

const aboutInstance = (
  { study, instance }: IndexedFile,
  finding: Pick<DataFinding, 'code' | 'message' | 'severity'>,
): DataFinding => ({
  ...finding,
  patientId: study.patientId,
  seriesInstanceUid: instance.seriesInstanceUid,
  sopInstanceUid: instance.sopInstanceUid,
});

const findingOf = (indexed: IndexedFile, finding: IndexedFile['findings'][number]): DataFinding => ({
  ...finding,
  seriesInstanceUid: indexed.series.seriesInstanceUid,
  sopInstanceUid: indexed.instance.sopInstanceUid,
});

/** The addresses before and after, by SOPInstanceUID. */
const movesOf = (moved: readonly MovedInstance[], importId: string): AuditedChange => ({
  action: 'instances.moved',
  entity: `import/${importId}`,
  before: Object.fromEntries(moved.map(({ sopInstanceUid, from }) => [sopInstanceUid, from])),
  after: Object.fromEntries(moved.map(({ sopInstanceUid, to }) => [sopInstanceUid, to])),
});

interface Chunk {
  readonly importId: string;
  readonly now: string;
  readonly added: Added;
  skipped: number;
  readonly rejected: RejectedFile[];
  readonly findings: DataFinding[];
  readonly series: Set<string>;
  readonly moved: MovedInstance[];
  readonly unsure: NewInstance[];
}

/** Adds files to patient, study, series and instance; see ImportRecords.addInstances. */
export function instanceAdder(
  db: Db,
  writeAudit: WriteAudit,
  findings: FindingTable,
  paths: WorkspacePaths,
  tracking: Pick<FileTracking, 'setFileStates'>,
) {
  const parents = parentRows(db);
  const instances = instanceRows(db, paths);
  const countImport = db.prepare(
    `UPDATE import_record SET patients = patients + ?, studies = studies + ?, series = series + ?,
       instances = instances + ?, skipped = skipped + ? WHERE id = ?`,
  );
  const insertReject = db.prepare('INSERT INTO import_reject (import_id, path, code, message) VALUES (?, ?, ?, ?)');

  function addFindings(indexed: IndexedFile, hasTwin: boolean, chunk: Chunk): void {
    const found = indexed.findings.map((finding) => findingOf(indexed, finding));
    if (hasTwin) found.push(aboutInstance(indexed, twinFinding));
    for (const finding of found) tell(finding, chunk);
  }

  function tell(finding: DataFinding, chunk: Chunk): void {
    findings.add(finding, 'file', chunk.importId);
    chunk.findings.push(finding);
  }

  function skip(indexed: IndexedFile, present: PresentInstance, chunk: Chunk): void {
    chunk.skipped += 1;
    const { sopInstanceUid, address, modifiedMs } = indexed.instance;
    if (instances.isSameAddress(present, address))
      tracking.setFileStates([{ sopInstanceUid, state: 'present', ...(modifiedMs !== undefined && { modifiedMs }) }]);
    const moved = instances.followMove(indexed.instance);
    if (moved === undefined) return;
    chunk.moved.push(moved);
    tracking.setFileStates([{ sopInstanceUid, state: 'present' }]);
    tell(aboutInstance(indexed, movedFinding), chunk);
  }

  /** A complete file for one that was cut short; labels stay where they are. */
  function replaceTruncated(indexed: IndexedFile, chunk: Chunk): void {
    const { seriesInstanceUid, sopInstanceUid } = indexed.instance;
    instances.replace(indexed.instance);
    tracking.setFileStates([{ sopInstanceUid, state: 'present' }]);
    findings.removeTruncation(seriesInstanceUid, sopInstanceUid);
    tell(aboutInstance(indexed, replacedFinding), chunk);
    chunk.added.instances += 1;
    chunk.series.add(seriesInstanceUid);
  }

  /** The workspace has a file with this SOPInstanceUID: is it this one? */
  function compare(row: NewInstance, present: PresentInstance, chunk: Chunk): void {
    const { instance } = row.indexed;
    if (present.fileSha256 === '' || instance.fileSha256 === '') chunk.unsure.push(row);
    else if (present.fileSha256 === instance.fileSha256) skip(row.indexed, present, chunk);
    else if (present.isTruncated && instance.pixelProblem !== 'damaged-pixels') replaceTruncated(row.indexed, chunk);
    else if (instances.isSameAddress(present, instance.address)) {
      tracking.setFileStates([{ sopInstanceUid: instance.sopInstanceUid, state: 'changed' }]);
      reject(
        row,
        'same-uid-other-content',
        'The file was changed since it was imported; its new content is not used.',
        chunk,
      );
    } else reject(row, 'same-uid-other-content', 'The workspace has another file with the same SOPInstanceUID.', chunk);
  }

  const reject = ({ indexed }: NewInstance, code: string, message: string, chunk: Chunk): void => {
    chunk.rejected.push({ path: indexed.instance.address, code, message });
  };

  function addOne(row: NewInstance, chunk: Chunk): void {
    const { instance } = row.indexed;
    const present = instances.present(instance.sopInstanceUid);
    if (present !== undefined) {
      compare(row, present, chunk);
      return;
    }
    const conflict = parents.conflictOf(row.indexed);
    if (conflict !== undefined) {
      reject(row, 'conflict', conflict, chunk);
      return;
    }
    const hasTwin = instances.hasTwin(instance);
    parents.add(row.indexed, chunk.importId, chunk.now, chunk.added);
    instances.add(row, chunk.importId);
    addFindings(row.indexed, hasTwin, chunk);
    chunk.added.instances += 1;
    chunk.series.add(instance.seriesInstanceUid);
  }

  function conclude({ importId, added, skipped, rejected, series, moved }: Chunk): void {
    for (const uid of new Set([...series, ...moved.map(({ seriesInstanceUid }) => seriesInstanceUid)])) {
      findings.count(uid);
    }
    for (const { path, code, message } of rejected) insertReject.run(importId, path, code, message);
    countImport.run(added.patients, added.studies, added.series, added.instances, skipped, importId);
    if (added.instances > 0) writeAudit({ action: 'instances.added', entity: `import/${importId}`, after: added });
    if (moved.length > 0) writeAudit(movesOf(moved, importId));
  }

  return (files: readonly NewInstance[], importId: string, budgetMs = Number.POSITIVE_INFINITY): AddResult => {
    if (files.length > LARGEST_CHUNK) {
      throw new AppError('invalid-input', `At most ${LARGEST_CHUNK} files go into one transaction.`);
    }
    return transact(db, () => {
      const chunk: Chunk = {
        importId,
        now: new Date().toISOString(),
        added: { patients: 0, studies: 0, series: 0, instances: 0 },
        skipped: 0,
        rejected: [],
        findings: [],
        series: new Set(),
        moved: [],
        unsure: [],
      };
      const taken = withinBudget(files, budgetMs, (file) => addOne(file, chunk));
      conclude(chunk);
      const { added, skipped, rejected, series, unsure } = chunk;
      return {
        added: added.instances,
        taken,
        skipped,
        rejected,
        unsure,
        findings: chunk.findings,
        seriesInstanceUids: [...series],
      };
    });
  };
}
