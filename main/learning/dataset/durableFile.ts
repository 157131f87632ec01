import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';

const isErrno = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error;

/** Full disks are expected; other file errors stay as they are. */
export function asDiskError(error: unknown): unknown {
  return isErrno(error) && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    ? new AppError('disk-full', 'The disk is full.', { cause: error })
    : error;
}

/** Makes a rename in `directory` survive power loss; file systems that cannot sync a directory do so by themselves. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(file: string, content: Uint8Array): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file so that a crash at any moment leaves the old or the new content, never a mixture: temporary file, fsync,
 * rename, fsync of the directory. Throws `disk-full`, the old file being intact.
 */
export function writeDurably(file: string, content: Uint8Array | string): void {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    writeAll(temporary, typeof content === 'string' ? Buffer.from(content) : content);
    renameSync(temporary, file);
    syncDirectory(path.dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asDiskError(error);
  }
}
