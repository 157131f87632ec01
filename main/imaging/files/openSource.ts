import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { parseAddress } from './address.ts';
import { ZipArchive } from './zipArchive.ts';

/** The archive opened last, since an import reads its entries one after the other. */
let lastArchive: { readonly key: string; readonly archive: ZipArchive } | undefined;

/** Bytes of a source, or of its start, with the size of the whole and when its file was written last (whole ms). */
export interface DatedBytes {
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/**
 * All bytes behind an address (`file` or `archive.zip!/inner/path`).
 * Errors: file-not-found, file-unreadable, file-too-large, limit-exceeded.
 */
export const openSource = async (address: string): Promise<Uint8Array> => (await openDatedSource(address)).bytes;

/** The same with the time of the file. Errors as `openSource`. */
export async function openDatedSource(address: string): Promise<DatedBytes> {
  const { filePath, entryPath } = parseAddress(address);
  const info = await statFile(filePath);
  if (entryPath === undefined && info.size > limits.fileBytes)
    throw new AppError('file-too-large', 'The file is larger than 2 GB.');
  const bytes =
    entryPath === undefined
      ? await guarded(() => readFile(filePath))
      : await (await archiveAt(filePath, info.key)).read(entryPath);
  return { bytes, sizeBytes: bytes.length, modifiedMs: info.modifiedMs };
}

/** At most the first `length` bytes, for telling formats apart. Errors as `openSource`. */
export const readStart = async (address: string, length: number): Promise<Uint8Array> =>
  (await readSourceStart(address, length)).bytes;

/** The first `length` bytes, none of a source smaller than `onlyFrom`. Errors as `openSource`. */
export async function readSourceStart(address: string, length: number, onlyFrom = 0): Promise<DatedBytes> {
  const { filePath, entryPath } = parseAddress(address);
  if (entryPath === undefined) return guarded(async () => startOfFile(filePath, length, onlyFrom));
  const info = await statFile(filePath);
  const archive = await archiveAt(filePath, info.key);
  const sizeBytes = archive.sizeOf(entryPath);
  const bytes = sizeBytes < onlyFrom ? new Uint8Array(0) : await archive.read(entryPath, length);
  return { bytes, sizeBytes, modifiedMs: info.modifiedMs };
}

/**
 * The start of a file on the disk; `into` a buffer of the caller's, whose bytes then are valid until it is used again.
 * Synchronous calls, since this runs in workers where nothing else waits and each asynchronous one costs a change of
 * threads.
 */
export function startOfFile(filePath: string, length: number, onlyFrom = 0, into?: Buffer): DatedBytes {
  const file = openSync(filePath, 'r');
  try {
    const info = fstatSync(file);
    if (!info.isFile()) throw new AppError('file-unreadable', 'This is not a file.');
    const wanted = info.size < onlyFrom ? 0 : Math.min(length, info.size);
    const bytes = into ?? Buffer.allocUnsafeSlow(wanted);
    const read = readSync(file, bytes, 0, wanted, 0);
    return { bytes: bytes.subarray(0, read), sizeBytes: info.size, modifiedMs: Math.trunc(info.mtimeMs) };
  } finally {
    closeSync(file);
  }
}

async function archiveAt(path: string, key: string): Promise<ZipArchive> {
  if (lastArchive?.key === key) return lastArchive.archive;
  const archive = await ZipArchive.open(path);
  lastArchive?.archive.close();
  lastArchive = { key, archive };
  return archive;
}

async function statFile(path: string): Promise<{ size: number; key: string; modifiedMs: number }> {
  const info = await guarded(() => stat(path));
  if (!info.isFile()) throw new AppError('file-unreadable', 'This is not a file.');
  const modifiedMs = Math.trunc(info.mtimeMs);
  return { size: info.size, key: `${path}:${info.size}:${info.mtimeMs}`, modifiedMs };
}

/** File system failures as typed errors. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asFileError(thrown);
  }
}

/** The same for synchronous work. */
export function guardedNow<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw asFileError(thrown);
  }
}

function asFileError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ENOENT') return new AppError('file-not-found', 'There is no such file.', { cause: thrown });
  return new AppError('file-unreadable', `The file cannot be read (${code || String(thrown)}).`, { cause: thrown });
}
