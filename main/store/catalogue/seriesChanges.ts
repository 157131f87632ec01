import { AppError } from '../../domain/errors.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { SeriesChanges } from './catalogue.ts';
import type { FindingTable } from './findingTable.ts';

export function seriesChanges(db: Db, writeAudit: WriteAudit, findings: FindingTable): SeriesChanges {
  const selectRemoved = db
    .prepare<[string], number>('SELECT is_removed FROM series WHERE SeriesInstanceUID = ?')
    .pluck();
  const insertEvent = db.prepare(
    'INSERT INTO series_event (SeriesInstanceUID, kind, reason, ts_utc) VALUES (?, ?, ?, ?)',
  );
  const setRemoved = db.prepare('UPDATE series SET is_removed = ? WHERE SeriesInstanceUID = ?');
  const saveStacks = db.prepare(
    `INSERT INTO series_stacks (SeriesInstanceUID, stacks) VALUES (?, ?)
     ON CONFLICT (SeriesInstanceUID) DO UPDATE SET stacks = excluded.stacks`,
  );
  const setStackCount = db.prepare('UPDATE series SET stack_count = ? WHERE SeriesInstanceUID = ?');
  const selectUnassembled = db
    .prepare<[], string>('SELECT SeriesInstanceUID FROM series WHERE stack_count IS NULL ORDER BY SeriesInstanceUID')
    .pluck();

  function change(seriesInstanceUid: string, kind: 'removed' | 'restored', reason: string): void {
    transact(db, () => {
      const present = selectRemoved.get(seriesInstanceUid);
      if (present === undefined) throw new AppError('not-found', 'The workspace has no such series.');
      const wanted = kind === 'removed' ? 1 : 0;
      if (present === wanted) return;
      insertEvent.run(seriesInstanceUid, kind, reason, new Date().toISOString());
      setRemoved.run(wanted, seriesInstanceUid);
      const [before, after] = [{ isRemoved: present === 1 }, { isRemoved: wanted === 1 }];
      writeAudit({ action: `series.${kind}`, entity: `series/${seriesInstanceUid}`, before, after, reason });
    });
  }

  return {
    setStacks(seriesInstanceUid, stacks, stackFindings, importId) {
      transact(db, () => {
        saveStacks.run(seriesInstanceUid, JSON.stringify(stacks));
        setStackCount.run(stacks.length, seriesInstanceUid);
        findings.removeStackFindings(seriesInstanceUid);
        for (const finding of stackFindings) findings.add({ ...finding, seriesInstanceUid }, 'stacks', importId);
        findings.count(seriesInstanceUid);
      });
    },
    seriesWithoutStacks: () => selectUnassembled.all(),
    removeSeries: (seriesInstanceUid, reason) => change(seriesInstanceUid, 'removed', reason),
    restoreSeries: (seriesInstanceUid, reason = '') => change(seriesInstanceUid, 'restored', reason),
  };
}
