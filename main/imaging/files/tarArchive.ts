import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { leadsOut, longestName } from './address.ts';
import { type StoredFile, storeBytes } from './fileStore.ts';
import { readTar, type TarEntry } from './tarReader.ts';

/** What became of one entry: a copy in the store, or why there is none. */
export type UnpackedEntry =
  | { readonly path: string; readonly stored: StoredFile }
  | { readonly path: string; readonly error: AppError };

/**
 * Copies the files of a tape archive (POSIX.1-1988 ustar, PAX and GNU names; plain or gzipped) into the store, one after the
 * other, with no more in memory than one small file. Names never become paths on this disk: the store names by content. Links
 * and devices are refused, folders passed over. An archive that is damaged gives what came before the damage, then its error.
 * `wants` false passes a name over unread.
 */
export async function* unpackTar(
  file: string,
  folder: string,
  wants: (path: string) => boolean,
): AsyncGenerator<UnpackedEntry> {
  const entries = entriesOf(file)[Symbol.asyncIterator]();
  let unpackedBytes = 0;
  for (let count = 0; ; count++) {
    const next = await entries.next().catch((thrown: unknown) => damaged(thrown));
    if (next instanceof AppError) {
      yield { path: '', error: next };
      return;
    }
    if (next.done) return;
    const entry = next.value;
    const refused = count >= limits.zipEntries ? tooMany() : refusal(entry, unpackedBytes);
    const path = entry.name.replace(/^(\.\/)+/, '').slice(0, longestName);
    if (refused) yield { path, error: refused };
    if (refused?.code === 'limit-exceeded' && entry.name.length <= longestName) return;
    if (refused || entry.kind === 'folder' || !wants(path)) continue;
    unpackedBytes += entry.size;
    const stored = await storeBytes(folder, path, entry.body, limits.zipEntryBytes).catch((thrown: unknown) =>
      thrown instanceof AppError && thrown.code === 'disk-full' ? Promise.reject(thrown) : damaged(thrown),
    );
    yield stored instanceof AppError ? { path, error: stored } : { path, stored };
  }
}

async function* entriesOf(file: string): AsyncGenerator<TarEntry> {
  const bytes = createReadStream(file, { highWaterMark: 2 ** 18 });
  const plain = /gz$/i.test(file) ? bytes.pipe(createGunzip()) : bytes;
  // pipe() does not hand errors on.
  bytes.on('error', (error) => plain.destroy(error));
  try {
    yield* readTar(plain);
  } finally {
    bytes.destroy();
  }
}

function refusal({ name, kind, size }: TarEntry, unpackedBytes: number): AppError | undefined {
  if (leadsOut(name)) return new AppError('file-unreadable', 'The name of this file leads out of its archive.');
  if (name.length > longestName) return new AppError('limit-exceeded', 'The name of this file is too long.');
  if (kind === 'folder') return undefined;
  if (kind === 'other') return new AppError('file-unreadable', 'Links and devices in archives are not followed.');
  if (size > limits.zipEntryBytes || unpackedBytes + size > limits.archiveBytes)
    return new AppError('limit-exceeded', 'The archive would unpack beyond the limit; what follows was not read.');
  return undefined;
}

const tooMany = (): AppError => new AppError('limit-exceeded', 'The archive has too many files.');

function damaged(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('file-unreadable', `The archive cannot be read: ${reason}`, { cause: thrown });
}
