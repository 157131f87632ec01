import type { DataFinding } from '../../contract/values.ts';
import type { Db } from '../workspace/database.ts';

interface FindingRow {
  readonly code: string;
  readonly message: string;
  readonly severity: 'info' | 'warning';
  readonly PatientID: string | null;
  readonly SeriesInstanceUID: string | null;
  readonly SOPInstanceUID: string | null;
  readonly total: number;
}

export interface FindingTable {
  add(finding: DataFinding, source: 'file' | 'stacks' | 'state', importId: string | undefined): void;
  removeStackFindings(seriesInstanceUid: string): void;
  removeStateFinding(sopInstanceUid: string): void;
  /** What was said of a file that was cut short, once a complete one is there. */
  removeTruncation(seriesInstanceUid: string, sopInstanceUid: string): void;
  /** Brings the counter of the series up to date. */
  count(seriesInstanceUid: string): void;
  all(): readonly DataFinding[];
  ofSeries(seriesInstanceUid: string): readonly DataFinding[];
  ofImport(importId: string): readonly DataFinding[];
}

const findingOf = (row: FindingRow): DataFinding => ({
  code: row.code,
  message: row.message,
  severity: row.severity,
  ...(row.PatientID !== null && { patientId: row.PatientID }),
  ...(row.SeriesInstanceUID !== null && { seriesInstanceUid: row.SeriesInstanceUID }),
  ...(row.SOPInstanceUID !== null && row.total === 1 && { sopInstanceUid: row.SOPInstanceUID }),
  ...(row.total > 1 && { count: row.total }),
});

/** Equal findings of one series (a thousand files without preamble) are one with a count. */
const grouped = (where: string): string => `
  SELECT code, message, severity, PatientID, SeriesInstanceUID, min(SOPInstanceUID) AS SOPInstanceUID,
    sum(coalesce(count, 1)) AS total
  FROM data_finding ${where}
  GROUP BY SeriesInstanceUID, PatientID, code, message, severity ORDER BY min(id)`;

export function findingTable(db: Db): FindingTable {
  const insert = db.prepare(
    `INSERT INTO data_finding
       (source, code, message, severity, PatientID, SeriesInstanceUID, SOPInstanceUID, count, import_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare(`DELETE FROM data_finding WHERE SeriesInstanceUID = ? AND source = 'stacks'`);
  const removeState = db.prepare(`DELETE FROM data_finding WHERE SOPInstanceUID = ? AND source = 'state'`);
  const removeCut = db.prepare(
    `DELETE FROM data_finding WHERE SeriesInstanceUID = ? AND SOPInstanceUID = ? AND code = 'truncated-pixels'`,
  );
  const updateCounter = db.prepare(
    `UPDATE series SET findings = (SELECT count(*) FROM (
       SELECT 1 FROM data_finding WHERE SeriesInstanceUID = series.SeriesInstanceUID GROUP BY code, message, severity
     )) WHERE SeriesInstanceUID = ?`,
  );
  const selectAll = db.prepare<[], FindingRow>(grouped(''));
  const selectOfSeries = db.prepare<[string], FindingRow>(grouped('WHERE SeriesInstanceUID = ?'));
  const selectOfImport = db.prepare<[string], FindingRow>(grouped('WHERE import_id = ?'));
  return {
    add({ code, message, severity, patientId, seriesInstanceUid, sopInstanceUid, count }, source, importId) {
      const uids = [patientId ?? null, seriesInstanceUid ?? null, sopInstanceUid ?? null];
      insert.run(source, code, message, severity, ...uids, count ?? null, importId ?? null);
    },
    removeStackFindings: (seriesInstanceUid) => {
      remove.run(seriesInstanceUid);
    },
    removeStateFinding: (sopInstanceUid) => {
      removeState.run(sopInstanceUid);
    },
    removeTruncation: (seriesInstanceUid, sopInstanceUid) => {
      removeCut.run(seriesInstanceUid, sopInstanceUid);
    },
    count: (seriesInstanceUid) => {
      updateCounter.run(seriesInstanceUid);
    },
    all: () => selectAll.all().map(findingOf),
    ofSeries: (seriesInstanceUid) => selectOfSeries.all(seriesInstanceUid).map(findingOf),
    ofImport: (importId) => selectOfImport.all(importId).map(findingOf),
  };
}
