import { existsSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { writeDurably } from './durableFiles.ts';
import type { AttachAddress, LockHolder } from './workspace.ts';

/**
 * One core per workspace. The lock itself is an exclusive lock of the operating system on lock.sqlite: it cannot be
 * taken twice, not even by two processes that start together, and it ends with its process, however that dies.
 * lock.json names the holder for those who are refused or want to attach.
 */
export interface Lock {
  readonly holder: LockHolder;
  announce(attach: AttachAddress): LockHolder;
  release(): void;
}

const Holder = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  startedAt: z.string(),
  kind: z.string(),
  attach: z.object({ url: z.string(), token: z.string() }).optional(),
});

/** Keeps the connections that hold locks alive: the garbage collector would close a forgotten one and free its lock. */
const held = new Set<Database.Database>();

const lockFile = (folder: string): string => join(folder, 'lock.sqlite');
const holderFile = (folder: string): string => join(folder, 'lock.json');

const isBusy = (error: unknown): boolean => error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY';

function readHolder(folder: string): LockHolder | undefined {
  if (!existsSync(holderFile(folder))) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(holderFile(folder), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || !existsSync(holderFile(folder))) return undefined;
    throw error;
  }
  const result = Holder.safeParse(parsed);
  if (!result.success) return undefined;
  const { attach, ...holder } = result.data;
  return attach === undefined ? holder : { ...holder, attach };
}

function writeHolder(folder: string, holder: LockHolder): void {
  // The token opens the workspace to whoever reads it: for the owner's eyes only.
  writeDurably(holderFile(folder), Buffer.from(`${JSON.stringify(holder, null, 2)}\n`), 0o600);
}

function inUse(holder: LockHolder | undefined): AppError {
  if (holder === undefined) return new AppError('workspace-in-use', 'Another process has this workspace open.');
  return new AppError(
    'workspace-in-use',
    `This workspace is open in another process: ${holder.kind}, process ${holder.pid} on ${holder.host}, since ${holder.startedAt}.`,
  );
}

/** Takes the exclusive lock or fails at once; waits briefly only for somebody who is just looking (`readLock`). */
function takeLock(folder: string): Database.Database {
  const guard = new Database(lockFile(folder), { timeout: 300 });
  try {
    guard.exec('BEGIN EXCLUSIVE');
    held.add(guard);
    return guard;
  } catch (error) {
    guard.close();
    throw isBusy(error) ? inUse(readHolder(folder)) : error;
  }
}

function free(guard: Database.Database): void {
  held.delete(guard);
  guard.close();
}

/** A lock file of another machine is believed: locks are not to be trusted across network file systems. */
function refuseForeignHolder(folder: string): void {
  const former = readHolder(folder);
  if (former === undefined || former.host === hostname()) return;
  throw new AppError(
    'workspace-in-use',
    `${inUse(former).message} If that process is gone, delete lock.json in the workspace folder.`,
  );
}

/** Errors: `workspace-in-use`. */
export function acquireLock(folder: string, kind: string, attach?: AttachAddress): Lock {
  const guard = takeLock(folder);
  try {
    refuseForeignHolder(folder);
    const startedAt = new Date().toISOString();
    let holder: LockHolder = { pid: process.pid, host: hostname(), startedAt, kind, ...(attach && { attach }) };
    writeHolder(folder, holder);
    return {
      get holder() {
        return holder;
      },
      announce(address) {
        holder = { ...holder, attach: address };
        writeHolder(folder, holder);
        return holder;
      },
      release() {
        rmSync(holderFile(folder), { force: true });
        free(guard);
      },
    };
  } catch (error) {
    free(guard);
    throw error;
  }
}

function isLocked(folder: string): boolean {
  if (!existsSync(lockFile(folder))) return false;
  const probe = new Database(lockFile(folder), { readonly: true, timeout: 0 });
  try {
    probe.pragma('schema_version');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    probe.close();
  }
}

/** Who holds the workspace at `path` now; undefined where nobody does (a crashed holder's file is not believed). */
export function readLock(path: string): LockHolder | undefined {
  const holder = readHolder(path);
  if (holder === undefined) return undefined;
  return holder.host !== hostname() || isLocked(path) ? holder : undefined;
}
