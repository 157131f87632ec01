import type { DataFinding } from '../../contract/values.ts';
import type { IndexedFile } from '../../domain/imageTypes.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { FileState, FileTracking, SeenFile, TrackedFile } from './fileTracking.ts';
import type { FindingTable } from './findingTable.ts';
import { instanceRows } from './instanceRows.ts';
import { parseInstance } from './storedFacts.ts';

interface Row {
  readonly SOPInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly address: string;
  readonly size_bytes: number | null;
  readonly modified_ms: number | null;
  readonly file_sha256: string;
  readonly file_state: FileState;
}

const columns = 'SOPInstanceUID, SeriesInstanceUID, address, size_bytes, modified_ms, file_sha256, file_state';

const messages: Record<Exclude<FileState, 'present'>, string> = {
  changed: 'The file has other content now than when it was imported; it is neither shown nor used.',
  missing: 'The file is not where it was when it was imported.',
  unreadable: 'The file cannot be read to its end; it is not used for training.',
};

const trackedOf = (row: Row, { fromStored }: WorkspacePaths): TrackedFile => ({
  sopInstanceUid: row.SOPInstanceUID,
  seriesInstanceUid: row.SeriesInstanceUID,
  address: fromStored(row.address),
  sizeBytes: row.size_bytes ?? undefined,
  modifiedMs: row.modified_ms ?? undefined,
  fileSha256: row.file_sha256,
  state: row.file_state,
});

type Queries = Pick<FileTracking, 'knownFiles' | 'trackedFiles' | 'trackedFile' | 'countFiles' | 'astrayFiles'>;

function trackingQueries(db: Db, paths: WorkspacePaths): Queries {
  const byAddress = db.prepare<[string], Row>(`SELECT ${columns} FROM instance WHERE address = ?`);
  const bySop = db.prepare<[string], Row>(`SELECT ${columns} FROM instance WHERE SOPInstanceUID = ?`);
  const page = (condition: string) =>
    db.prepare<{ after: string; limit: number; series: string }, Row>(
      `SELECT ${columns} FROM instance WHERE SOPInstanceUID > @after AND ${condition}
       ORDER BY SOPInstanceUID LIMIT @limit`,
    );
  const all = page('@series = @series');
  const unhashed = page(`file_sha256 = '' AND @series = @series`);
  const ofSeries = page('SeriesInstanceUID = @series');
  const astray = db.prepare<[], Row>(`SELECT ${columns} FROM instance WHERE file_state <> 'present'`);
  const count = db.prepare<[], number>('SELECT count(*) FROM instance').pluck();
  const countUnhashed = db.prepare<[], number>(`SELECT count(*) FROM instance WHERE file_sha256 = ''`).pluck();
  return {
    knownFiles(addresses) {
      const known = new Map<string, TrackedFile>();
      for (const address of addresses) {
        const row = byAddress.get(paths.toStored(address));
        if (row?.file_state === 'present') known.set(address, trackedOf(row, paths));
      }
      return known;
    },
    trackedFiles({ after, limit, seriesInstanceUid, isUnhashed }) {
      const query = seriesInstanceUid !== undefined ? ofSeries : isUnhashed ? unhashed : all;
      return query.all({ after, limit, series: seriesInstanceUid ?? '' }).map((row) => trackedOf(row, paths));
    },
    trackedFile(sopInstanceUid) {
      const row = bySop.get(sopInstanceUid);
      return row && trackedOf(row, paths);
    },
    countFiles: ({ isUnhashed }) => (isUnhashed ? countUnhashed : count).get() ?? 0,
    astrayFiles: () => astray.all().map((row) => trackedOf(row, paths)),
  };
}

export function fileTracking(
  db: Db,
  writeAudit: WriteAudit,
  findings: FindingTable,
  paths: WorkspacePaths,
): FileTracking {
  const queries = trackingQueries(db, paths);
  const instances = instanceRows(db, paths);
  const selectFacts = db.prepare<[string], string>('SELECT facts FROM instance WHERE SOPInstanceUID = ?').pluck();
  const selectCodes = db
    .prepare<[string, string], string>(
      'SELECT code FROM data_finding WHERE SeriesInstanceUID = ? AND SOPInstanceUID = ?',
    )
    .pluck();
  const forgetStacks = db.prepare('UPDATE series SET stack_count = NULL WHERE SeriesInstanceUID = ?');
  const removePredictions = db.prepare('DELETE FROM prediction WHERE SOPInstanceUID = ?');
  const updateState = db.prepare(
    'UPDATE instance SET file_state = ?, modified_ms = coalesce(?, modified_ms) WHERE SOPInstanceUID = ?',
  );

  function completeOne(indexed: IndexedFile, importId: string | undefined): string | undefined {
    const { sopInstanceUid, seriesInstanceUid } = indexed.instance;
    const stored = queries.trackedFile(sopInstanceUid);
    const facts = selectFacts.get(sopInstanceUid);
    if (stored?.fileSha256 !== '' || facts === undefined) return undefined;
    const { attributes } = parseInstance(facts);
    const instance = { ...indexed.instance, ...(attributes && { attributes }) };
    instances.replace(instance);
    updateState.run('present', null, sopInstanceUid);
    const told = new Set(selectCodes.all(seriesInstanceUid, sopInstanceUid));
    const found: DataFinding[] = indexed.findings.filter(({ code }) => !told.has(code));
    if (instances.hasTwin(instance)) found.push({ ...twinFinding, patientId: indexed.study.patientId });
    for (const finding of found) findings.add({ ...finding, seriesInstanceUid, sopInstanceUid }, 'file', importId);
    return found.length > 0 ? seriesInstanceUid : undefined;
  }

  function acceptOne(indexed: IndexedFile, reason: string): AcceptedContent | undefined {
    const { sopInstanceUid, seriesInstanceUid, fileSha256, pixelSha256 } = indexed.instance;
    const stored = queries.trackedFile(sopInstanceUid);
    const facts = selectFacts.get(sopInstanceUid);
    if (stored?.state !== 'changed' || facts === undefined) return undefined;
    const isSamePicture = pixelSha256 !== undefined && parseInstance(facts).pixelSha256 === pixelSha256;
    instances.replace(indexed.instance);
    updateState.run('present', null, sopInstanceUid);
    forgetStacks.run(seriesInstanceUid);
    const predictions = isSamePicture ? 0 : removePredictions.run(sopInstanceUid).changes;
    findings.removeStateFinding(sopInstanceUid);
    const told = new Set(selectCodes.all(seriesInstanceUid, sopInstanceUid));
    const found: DataFinding[] = indexed.findings.filter(({ code }) => !told.has(code));
    for (const finding of [...found, acceptedFinding(isSamePicture, reason)])
      findings.add({ ...finding, seriesInstanceUid, sopInstanceUid }, 'file', undefined);
    return { seriesInstanceUid, sopInstanceUid, from: stored.fileSha256, to: fileSha256, predictions };
  }

  function setOne({
    sopInstanceUid,
    state,
    modifiedMs,
    reason,
  }: SeenFile): { series: string; from: FileState } | undefined {
    const stored = queries.trackedFile(sopInstanceUid);
    if (!stored) return undefined;
    updateState.run(state, modifiedMs ?? null, sopInstanceUid);
    if (stored.state === state) return undefined;
    const { seriesInstanceUid } = stored;
    findings.removeStateFinding(sopInstanceUid);
    if (state !== 'present') {
      const message = reason === undefined ? messages[state] : `${messages[state]} ${reason}`;
      const finding = { code: `file-${state}`, message, severity: 'warning' as const };
      findings.add({ ...finding, seriesInstanceUid, sopInstanceUid }, 'state', undefined);
    }
    return { series: seriesInstanceUid, from: stored.state };
  }

  return {
    ...queries,
    completeInstances(files, importId) {
      transact(db, () => {
        for (const series of new Set(files.flatMap((file) => completeOne(file, importId) ?? [])))
          findings.count(series);
      });
    },
    acceptContent(files, reason) {
      return transact(db, () => {
        const accepted = files.flatMap((file) => acceptOne(file, reason) ?? []);
        for (const [uid, own] of Map.groupBy(accepted, ({ seriesInstanceUid }) => seriesInstanceUid)) {
          findings.count(uid);
          const before = Object.fromEntries(own.map(({ sopInstanceUid, from }) => [sopInstanceUid, from]));
          const after = Object.fromEntries(own.map(({ sopInstanceUid, to }) => [sopInstanceUid, to]));
          writeAudit({ action: 'instances.content-accepted', entity: `series/${uid}`, before, after, reason });
        }
        return {
          accepted: accepted.length,
          predictionsRemoved: accepted.reduce((sum, { predictions }) => sum + predictions, 0),
        };
      });
    },
    setFileStates(seen) {
      transact(db, () => {
        const changes = seen.flatMap((one) => {
          const change = setOne(one);
          return change ? [{ ...change, sop: one.sopInstanceUid, to: one.state }] : [];
        });
        if (changes.length === 0) return;
        for (const series of new Set(changes.map(({ series: uid }) => uid))) findings.count(series);
        const before = Object.fromEntries(changes.map(({ sop, from }) => [sop, from]));
        const after = Object.fromEntries(changes.map(({ sop, to }) => [sop, to]));
        writeAudit({ action: 'instances.file-states', entity: 'workspace', before, after });
      });
    },
    relocate(moved) {
      transact(db, () => {
        const moves = moved.flatMap((one) => instances.move(one) ?? []);
        if (moves.length === 0) return;
        for (const { sopInstanceUid } of moves) findings.removeStateFinding(sopInstanceUid);
        for (const series of new Set(moves.map(({ seriesInstanceUid }) => seriesInstanceUid))) findings.count(series);
        const before = Object.fromEntries(moves.map(({ sopInstanceUid, from }) => [sopInstanceUid, from]));
        const after = Object.fromEntries(moves.map(({ sopInstanceUid, to }) => [sopInstanceUid, to]));
        writeAudit({ action: 'instances.moved', entity: 'workspace', before, after });
      });
    },
  };
}

interface AcceptedContent {
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly from: string;
  readonly to: string;
  readonly predictions: number;
}

const acceptedFinding = (isSamePicture: boolean, reason: string): DataFinding => ({
  code: 'content-accepted',
  message: `The file was changed after its import, and its new content accepted: ${reason.replace(/[.\s]+$/, '')}. ${
    isSamePicture
      ? 'Its pixels are the same.'
      : 'Its pixels are others: labels and datasets from before were made on the former ones.'
  }`,
  severity: isSamePicture ? 'info' : 'warning',
});

export const twinFinding = {
  code: 'identical-pixels',
  message: 'An image with exactly the same pixels is in the workspace already.',
  severity: 'warning',
} as const;
