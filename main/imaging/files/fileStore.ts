import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { parseAddress } from './address.ts';
import { guarded, openSource } from './openSource.ts';

/** A copy in the workspace, named by its content. */
export interface StoredFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Whatever is larger goes to the disk before its name is known. */
const inMemoryBytes = 16 * 1024 * 1024;

/** What tells a format apart (sniffFormat) stays; nothing else of a name reaches the disk. */
const extensionOf = (name: string): string =>
  /\.(dcm|dicom|png|jpe?g|nii|nii\.gz)$/i.exec(name)?.[0].toLowerCase() ?? '';

/**
 * Keeps a copy of the bytes as `<folder>/<first two digits>/<SHA-256><extension>`, on the disk when this returns; the same
 * content again is kept once. `name` gives the extension. Errors: disk-full, limit-exceeded, those of the chunks.
 */
export async function storeBytes(
  folder: string,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  limit: number = limits.fileBytes,
): Promise<StoredFile> {
  const hash = createHash('sha256');
  const held: Uint8Array[] = [];
  let sizeBytes = 0;
  let spill: { readonly path: string; readonly file: FileHandle } | undefined;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > limit) throw new AppError('limit-exceeded', 'The file is larger than it may be.');
      if (spill) await spill.file.write(chunk);
      else held.push(chunk);
      if (!spill && sizeBytes > inMemoryBytes) {
        spill = await newFile(folder);
        for (const one of held.splice(0)) await spill.file.write(one);
      }
    }
    const sha256 = hash.digest('hex');
    const target = path.join(folder, sha256.slice(0, 2), `${sha256}${extensionOf(name)}`);
    if ((await sizeAt(target)) !== sizeBytes) {
      spill ??= await newFile(folder);
      for (const one of held) await spill.file.write(one);
      await spill.file.sync();
      await mkdir(path.dirname(target), { recursive: true });
      await rename(spill.path, target);
    }
    const { mtimeMs } = await stat(target);
    return { path: target, sha256, sizeBytes, modifiedMs: Math.trunc(mtimeMs) };
  } catch (thrown) {
    throw asStorageError(thrown);
  } finally {
    if (spill) {
      await spill.file.close();
      await rm(spill.path, { force: true });
    }
  }
}

/** A copy of what is behind an address. Errors: those of `storeBytes` and `openSource`. */
export async function storeSource(folder: string, address: string): Promise<StoredFile> {
  const { filePath, entryPath } = parseAddress(address);
  if (entryPath !== undefined) return storeBytes(folder, entryPath, oneChunk(await openSource(address)));
  const info = await guarded(() => stat(filePath));
  if (!info.isFile()) throw new AppError('file-unreadable', 'This is not a file.');
  if (info.size > limits.fileBytes) throw new AppError('file-too-large', 'The file is larger than 2 GB.');
  return guarded(() => storeBytes(folder, filePath, createReadStream(filePath, { highWaterMark: 2 ** 20 })));
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function newFile(folder: string) {
  const temporary = path.join(folder, `.making-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return { path: temporary, file: await open(temporary, 'wx') };
}

async function sizeAt(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}

function asStorageError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('disk-full', 'The disk is full: the file was not copied.', { cause: thrown });
  return thrown instanceof AppError ? thrown : asAppError(thrown, 'file-unreadable');
}
