import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { asStoreError, type Db } from './database.ts';
import { syncFile, syncFolder } from './durableFiles.ts';
import type { DatabaseCopy } from './workspace.ts';

/** Makes the copy one file that can be read from anywhere (no write-ahead log beside it) and says what it holds. */
function settle(file: string): DatabaseCopy {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = DELETE');
    const head = copy.prepare<[], { seq: number; hash: string }>(
      'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
    );
    const version = Number(copy.pragma('user_version', { simple: true }));
    return { version, auditHead: head.get() ?? { seq: 0, hash: '' } };
  } finally {
    copy.close();
  }
}

/** SQLite's online backup: consistent, and the workspace can be worked in meanwhile. */
export async function backUpDatabase(db: Db, file: string): Promise<DatabaseCopy> {
  try {
    await db.backup(file);
    const copy = settle(file);
    syncFile(file);
    syncFolder(dirname(file));
    return copy;
  } catch (error) {
    throw asStoreError(error);
  }
}
