import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { type Db, transact } from './database.ts';
import { syncFile, syncFolder } from './durableFiles.ts';
import { workspacePaths } from './workspacePaths.ts';

/** A step from schema version - 1 to `version`; forward only. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const versionOf = (db: Db): number => Number(db.pragma('user_version', { simple: true }));

/** Copy of the database before it changes; kept. */
function backUp(db: Db, file: string, version: number): void {
  const folder = join(dirname(file), 'backups');
  mkdirSync(folder, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const copy = join(folder, `groundglass-v${version}-${stamp}.sqlite`);
  db.prepare('VACUUM INTO ?').run(copy);
  // SQLite does not do so for VACUUM INTO.
  syncFile(copy);
  syncFolder(folder);
}

/**
 * Brings the database at `file` to the newest version, each step with its version number in one transaction: a crash
 * leaves the old version or the new one. Returns the versions that ran. Errors: `workspace-too-new`.
 */
export function migrate(db: Db, file: string, migrations: readonly Migration[]): readonly number[] {
  const present = versionOf(db);
  const newest = migrations.at(-1)?.version ?? 0;
  if (present > newest) {
    throw new AppError(
      'workspace-too-new',
      `This workspace was made by a newer Groundglass (format ${present}, this one knows ${newest}). Update the program.`,
    );
  }
  const due = migrations.filter((migration) => migration.version > present);
  if (due.length > 0 && present > 0) backUp(db, file, present);
  const { toStored } = workspacePaths(dirname(file));
  db.function('workspace_relative', { deterministic: true }, (path) => toStored(String(path)));
  for (const migration of due) {
    transact(db, () => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    });
  }
  return due.map((migration) => migration.version);
}
