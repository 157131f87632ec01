import Database from 'better-sqlite3';
import { AppError, asAppError } from '../../domain/errors.ts';

export type Db = Database.Database;

/** Expected failures of SQLite as AppErrors; anything else is a bug and stays what it is. */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') {
    return new AppError('disk-full', 'The disk is full: nothing was saved. Free some space and try again.', {
      cause: error,
    });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    return new AppError('workspace-damaged', 'The database of this workspace is damaged. Restore a backup.', {
      cause: error,
    });
  }
  return error.code.startsWith('SQLITE_IOERR') ? asAppError(error, 'workspace-damaged') : error;
}

/** Runs `body` in one transaction; when this returns, it is on the disk. Nested calls join the outer transaction. */
export function transact<T>(db: Db, body: () => T): T {
  if (db.inTransaction) return body();
  try {
    return db.transaction(body).immediate();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Works through items until the time is up, one at least; tells how many. For transactions that others wait for. */
export function withinBudget<T>(items: readonly T[], budgetMs: number, work: (item: T) => void): number {
  const endMs = performance.now() + budgetMs;
  let done = 0;
  for (const item of items) {
    if (done > 0 && performance.now() >= endMs) break;
    work(item);
    done += 1;
  }
  return done;
}

/**
 * better-sqlite3 is built so that a reopened WAL database has synchronous=NORMAL, which may lose acknowledged commits
 * on power loss: FULL is set at each open and read back.
 */
export function openDatabase(file: string): Db {
  try {
    const db = new Database(file, { timeout: 5000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    // REPLACE would otherwise delete rows without firing the triggers that protect them.
    db.pragma('recursive_triggers = ON');
    assertPragma(db, 'journal_mode', 'wal');
    assertPragma(db, 'synchronous', 2);
    assertPragma(db, 'foreign_keys', 1);
    return db;
  } catch (error) {
    throw asStoreError(error);
  }
}

function assertPragma(db: Db, name: string, expected: string | number): void {
  const value = db.pragma(name, { simple: true });
  if (value !== expected) {
    db.close();
    throw new AppError('workspace-damaged', `The database refuses ${name}=${expected} (has ${String(value)}).`);
  }
}

/** Structure of all pages and every foreign key; errors with `workspace-damaged`. */
export function checkDatabase(db: Db, thorough = false): void {
  const check = thorough ? 'integrity_check' : 'quick_check';
  try {
    const verdict = db.pragma(check, { simple: true });
    if (verdict !== 'ok') throw new AppError('workspace-damaged', `The database fails its ${check}. Restore a backup.`);
    const orphans = db.pragma('foreign_key_check');
    if (Array.isArray(orphans) && orphans.length > 0) {
      throw new AppError('workspace-damaged', `${orphans.length} rows of the database refer to missing rows.`);
    }
  } catch (error) {
    throw asStoreError(error);
  }
}
