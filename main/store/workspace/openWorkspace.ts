import { accessSync, constants, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { backUpDatabase } from './backUpDatabase.ts';
import { openBlobs } from './blobs.ts';
import { checkDatabase, type Db, openDatabase } from './database.ts';
import { databaseName } from './databaseName.ts';
import { syncFolder } from './durableFiles.ts';
import { acquireLock } from './lock.ts';
import { type Migration, migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations/migrations.ts';
import { refusePseudoFolder } from './refusePseudoFolder.ts';
import type { AttachAddress, Workspace } from './workspace.ts';
import { type WorkspacePaths, workspacePaths } from './workspacePaths.ts';

export interface OpenWorkspace {
  readonly workspace: Workspace;
  readonly db: Db;
  readonly paths: WorkspacePaths;
  readonly close: () => void;
}

function makeWritable(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new AppError('file-unreadable', 'The workspace folder cannot be made or written.', { cause });
  }
}

function makeFolders(path: string) {
  const folder = (name: string): string => {
    const made = join(path, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const folders = {
    blobs: folder('blobs'),
    snapshotsFolder: folder('snapshots'),
    runsFolder: folder('runs'),
    modelsFolder: folder('models'),
    cacheFolder: folder('cache'),
  };
  syncFolder(path);
  return folders;
}

function openCheckedDatabase(file: string, migrations: readonly Migration[]): Db {
  const db = openDatabase(file);
  try {
    checkDatabase(db);
    migrate(db, file, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What is wrong with the database, thoroughly looked for; undefined: nothing. */
function problemOf(db: Db): string | undefined {
  try {
    checkDatabase(db, true);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/**
 * The folder with groundglass.sqlite, blobs/, snapshots/, runs/, models/ and cache/, made where it is missing.
 * Errors: `workspace-in-use`, `workspace-too-new`, `workspace-damaged`, `file-unreadable`.
 */
export function openWorkspace(
  folder: string,
  kind: string,
  attach?: AttachAddress,
  migrations: readonly Migration[] = allMigrations,
): OpenWorkspace {
  const path = resolve(folder);
  refusePseudoFolder(path);
  makeWritable(path);
  const lock = acquireLock(path, kind, attach);
  try {
    const { blobs, ...folders } = makeFolders(path);
    const databasePath = join(path, databaseName);
    const db = openCheckedDatabase(databasePath, migrations);
    const workspace: Workspace = {
      path,
      name: basename(path),
      databasePath,
      ...folders,
      blobs: openBlobs(blobs),
      get holder() {
        return lock.holder;
      },
      announce: (address) => {
        lock.announce(address);
      },
      backupDatabase: (file) => backUpDatabase(db, file),
      databaseProblem: () => problemOf(db),
    };
    const close = () => {
      if (!db.open) return;
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      lock.release();
    };
    return { workspace, db, paths: workspacePaths(path), close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
