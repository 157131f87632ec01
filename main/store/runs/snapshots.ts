import { DatasetRecipe, SnapshotSummary } from '../../contract/datasets.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { Snapshots } from './runs.ts';

interface SnapshotRow {
  readonly summary: string;
  readonly recipe: string;
}

const SHORTEST_HASH = 8;

export function snapshotTable(db: Db, writeAudit: WriteAudit, { toStored, fromStored }: WorkspacePaths): Snapshots {
  const insert = db.prepare('INSERT INTO snapshot (id, hash, created_at, summary, recipe) VALUES (?, ?, ?, ?, ?)');
  const selectAll = db.prepare<[], SnapshotRow>('SELECT summary, recipe FROM snapshot ORDER BY created_at DESC, id');
  const select = db.prepare<[string, string], SnapshotRow>(
    'SELECT summary, recipe FROM snapshot WHERE id = ? OR hash = ?',
  );
  const selectByStart = db.prepare<[string, string], SnapshotRow>(
    'SELECT summary, recipe FROM snapshot WHERE substr(hash, 1, length(?)) = ? LIMIT 2',
  );
  const snapshotOf = (row: SnapshotRow) => {
    const summary = SnapshotSummary.parse(JSON.parse(row.summary));
    return {
      summary: { ...summary, path: fromStored(summary.path) },
      recipe: DatasetRecipe.parse(JSON.parse(row.recipe)),
    };
  };
  const find = (idOrHash: string): SnapshotRow | undefined => {
    const exact = select.get(idOrHash, idOrHash);
    if (exact !== undefined || idOrHash.length < SHORTEST_HASH) return exact;
    const [first, second] = selectByStart.all(idOrHash, idOrHash);
    return second === undefined ? first : undefined;
  };
  return {
    addSnapshot: (summary, recipe) =>
      transact(db, () => {
        const present = select.get(summary.hash, summary.hash);
        if (present !== undefined) return snapshotOf(present).summary;
        const { id, hash, createdAt } = summary;
        const stored = JSON.stringify({ ...summary, path: toStored(summary.path) });
        insert.run(id, hash, createdAt, stored, JSON.stringify(recipe));
        writeAudit({
          action: 'snapshot.created',
          entity: `snapshot/${id}`,
          after: { hash, recipe },
        });
        return summary;
      }),
    snapshots: () => selectAll.all().map((row) => snapshotOf(row).summary),
    snapshot: (idOrHash) => {
      const row = find(idOrHash);
      return row && snapshotOf(row);
    },
  };
}
