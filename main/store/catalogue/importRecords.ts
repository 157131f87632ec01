import { newId } from '../newId.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { ImportRecord, ImportRecords, ImportRequest, RejectedFile } from './catalogue.ts';
import type { FindingTable } from './findingTable.ts';

interface ImportRow {
  readonly id: string;
  readonly sources: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly skipped: number;
}

interface InterruptedRow {
  readonly id: string;
  readonly started_at: string;
  readonly request: string;
  readonly instances: number;
}

export type ImportRecordTable = Omit<ImportRecords, 'addInstances'>;

export function importRecordTable(db: Db, writeAudit: WriteAudit, findings: FindingTable): ImportRecordTable {
  const insert = db.prepare(
    `INSERT INTO import_record (id, kind, sources, started_at, request) VALUES (?, 'images', ?, ?, ?)`,
  );
  const takeUp = db.prepare('UPDATE import_record SET request = NULL WHERE request = ? AND ended_at IS NULL');
  const dismiss = db.prepare('UPDATE import_record SET request = NULL WHERE id = ?');
  const addSkipped = db.prepare('UPDATE import_record SET skipped = skipped + ? WHERE id = ?');
  const selectInterrupted = db.prepare<[], InterruptedRow>(
    `SELECT id, started_at, request, instances FROM import_record
     WHERE ended_at IS NULL AND request IS NOT NULL ORDER BY started_at DESC`,
  );
  const end = db.prepare('UPDATE import_record SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const select = db.prepare<[string], ImportRow>(`SELECT * FROM import_record WHERE id = ? AND kind = 'images'`);
  const selectAll = db.prepare<[], ImportRow>(
    `SELECT * FROM import_record WHERE kind = 'images' ORDER BY started_at, id`,
  );
  const insertReject = db.prepare('INSERT INTO import_reject (import_id, path, code, message) VALUES (?, ?, ?, ?)');
  const selectRejects = db.prepare<[string], RejectedFile>(
    'SELECT path, code, message FROM import_reject WHERE import_id = ? ORDER BY id',
  );

  const recordOf = (row: ImportRow): ImportRecord => ({
    id: row.id,
    sources: JSON.parse(row.sources),
    startedAt: row.started_at,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    added: { patients: row.patients, studies: row.studies, series: row.series, instances: row.instances },
    skipped: row.skipped,
    rejected: selectRejects.all(row.id),
    findings: findings.ofImport(row.id),
  });
  const importRecord = (importId: string): ImportRecord | undefined => {
    const row = select.get(importId);
    return row && recordOf(row);
  };

  return {
    beginImport(sources, request) {
      const id = newId('import');
      const asked = request && JSON.stringify(request);
      transact(db, () => {
        if (asked !== undefined) takeUp.run(asked);
        insert.run(id, JSON.stringify(sources), new Date().toISOString(), asked ?? null);
        writeAudit({ action: 'import.started', entity: `import/${id}` });
      });
      return id;
    },
    interruptedImports: () =>
      selectInterrupted.all().map(({ id, started_at, request, instances }) => ({
        ...{ id, startedAt: started_at, instances },
        request: JSON.parse(request) as ImportRequest,
      })),
    dismissImport: (importId) => {
      dismiss.run(importId);
    },
    addSkipped: (count, importId) => {
      if (count > 0) addSkipped.run(count, importId);
    },
    addFindings(found, importId) {
      transact(db, () => {
        for (const finding of found) findings.add(finding, 'file', importId);
      });
    },
    addRejected(rejected, importId) {
      transact(db, () => {
        for (const { path, code, message } of rejected) insertReject.run(importId, path, code, message);
      });
    },
    finishImport(importId) {
      return transact(db, () => {
        const isFirst = end.run(new Date().toISOString(), importId).changes > 0;
        const record = importRecord(importId);
        if (record === undefined) throw new Error(`no import ${importId}`);
        const after = { ...record.added, skipped: record.skipped, rejected: record.rejected.length };
        if (isFirst) writeAudit({ action: 'import.ended', entity: `import/${importId}`, after });
        return record;
      });
    },
    importRecord,
    importRecords: () => selectAll.all().map(recordOf),
  };
}
