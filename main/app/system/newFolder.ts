import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { syncFolder } from '../../store/workspace/durableFiles.ts';
import { refusePseudoFolder } from '../../store/workspace/refusePseudoFolder.ts';

/** Throws `conflict` where something is at `path`, an empty folder excepted. */
function refuseOccupied(path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory() && readdirSync(path).length === 0) return;
  throw new AppError('conflict', 'There is something at that place already: name a new or an empty folder.');
}

/**
 * Lets `fill` fill a folder that appears at `path` whole or not at all: it is made beside it under another name and
 * renamed at the end. Throws `conflict`, `file-unreadable`, and whatever `fill` throws.
 */
export async function makeWholeFolder<T>(path: string, fill: (temporary: string) => Promise<T>): Promise<T> {
  refusePseudoFolder(path);
  refuseOccupied(path);
  const temporary = `${path}.making-${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(temporary, { recursive: true });
  } catch (cause) {
    throw new AppError('file-unreadable', 'The folder cannot be made there.', { cause });
  }
  try {
    const result = await fill(temporary);
    refuseOccupied(path); // it may have come while we copied
    if (existsSync(path)) rmdirSync(path);
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return result;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

export { refusePseudoFolder };
