import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';

/** The only writer of a run folder. */
export interface RunLock {
  /** Throws `run-active` where another process has taken the run over (this one was stopped for long). */
  assertOwned(): void;
  release(): void;
}

const Holder = z.object({ pid: z.number().int(), token: z.string() });
const HEARTBEAT_MS = 2_000;
/** A living process that has not touched its lock for so long is another program with a recycled number. */
const STALE_MS = 60_000;
const WAIT_MS = 10_000;

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

function readHolder(file: string): z.output<typeof Holder> | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // gone, or written half: judged by its age below
  }
}

function isStale(file: string): boolean {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const holder = readHolder(file);
    return holder ? !isAlive(holder.pid) || age > STALE_MS : age > HEARTBEAT_MS;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false; // released just now: the next try takes it
    throw error;
  }
}

function tryCreate(file: string, token: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, JSON.stringify({ pid: process.pid, token }));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Waits up to `waitMs` for a dying writer. Throws `run-active`. */
export async function lockRun(directory: string, waitMs = WAIT_MS): Promise<RunLock> {
  const file = path.join(directory, 'lock');
  const token = randomUUID();
  const until = Date.now() + waitMs;
  while (!tryCreate(file, token)) {
    if (isStale(file)) rmSync(file, { force: true });
    else if (Date.now() >= until) throw new AppError('run-active', 'Another process is training this run.');
    else await sleep(Math.min(100, waitMs));
  }
  const isOwned = () => readHolder(file)?.token === token;
  const heartbeat = setInterval(() => {
    if (isOwned()) utimesSync(file, new Date(), new Date());
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    assertOwned: () => {
      if (!isOwned()) throw new AppError('run-active', 'Another process has taken this run over.');
    },
    release: () => {
      clearInterval(heartbeat);
      if (isOwned()) rmSync(file, { force: true });
    },
  };
}
