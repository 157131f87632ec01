import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { parseAddress } from './address.ts';
import { ZipArchive } from './zipArchive.ts';

/** The archive opened last, since an import reads its entries one after the other. */
let lastArchive: { readonly key: string; readonly archive: ZipArchive } | undefined;

/**
 * All bytes behind an address (`file` or `archive.zip!/inner/path`).
 * Errors: file-not-found, file-unreadable, file-too-large, limit-exceeded.
 */
export async function openSource(address: string): Promise<Uint8Array> {
  const { filePath, entryPath } = parseAddress(address);
  const info = await statFile(filePath);
  if (entryPath !== undefined) return (await archiveAt(filePath, info.key)).read(entryPath);
  if (info.size > limits.fileBytes) throw new AppError('file-too-large', 'The file is larger than 2 GB.');
  return guarded(() => readFile(filePath));
}

/** At most the first `length` bytes, for telling formats apart. Errors as `openSource`. */
export async function readStart(address: string, length: number): Promise<Uint8Array> {
  const { filePath, entryPath } = parseAddress(address);
  const info = await statFile(filePath);
  if (entryPath !== undefined) return (await archiveAt(filePath, info.key)).read(entryPath, length);
  return (await readFileStart(filePath, length)).bytes;
}

/**
 * The first `length` bytes of a file on disk, and the size of the whole; none of a file smaller than `onlyFrom`. Synchronous
 * calls, since this runs in workers where nothing else waits and each asynchronous one costs a change of threads. Errors as
 * `openSource`.
 */
export function readFileStart(
  filePath: string,
  length: number,
  onlyFrom = 0,
): Promise<{ bytes: Uint8Array; sizeBytes: number }> {
  return guarded(async () => {
    const file = openSync(filePath, 'r');
    try {
      const info = fstatSync(file);
      if (!info.isFile()) throw new AppError('file-unreadable', 'This is not a file.');
      const bytes = new Uint8Array(info.size < onlyFrom ? 0 : Math.min(length, info.size));
      return { bytes: bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)), sizeBytes: info.size };
    } finally {
      closeSync(file);
    }
  });
}

async function archiveAt(path: string, key: string): Promise<ZipArchive> {
  if (lastArchive?.key === key) return lastArchive.archive;
  const archive = await ZipArchive.open(path);
  lastArchive?.archive.close();
  lastArchive = { key, archive };
  return archive;
}

async function statFile(path: string): Promise<{ size: number; key: string }> {
  const info = await guarded(() => stat(path));
  if (!info.isFile()) throw new AppError('file-unreadable', 'This is not a file.');
  return { size: info.size, key: `${path}:${info.size}:${info.mtimeMs}` };
}

/** File system failures as typed errors. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (code === 'ENOENT') throw new AppError('file-not-found', 'There is no such file.', { cause: thrown });
    throw new AppError('file-unreadable', `The file cannot be read (${code || String(thrown)}).`, { cause: thrown });
  }
}
