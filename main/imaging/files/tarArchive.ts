import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { leadsOut, longestName } from './address.ts';
import { type StoredFile, storeBytes } from './fileStore.ts';

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
    const { header, body } = next.value;
    const refused = count >= limits.zipEntries ? tooMany() : refusal(header, unpackedBytes);
    const path = header.name.replace(/^(\.\/)+/, '').slice(0, longestName);
    if (refused !== undefined || header.type === 'directory' || !wants(path)) {
      if (refused) yield { path, error: refused };
      if (refused?.code === 'limit-exceeded' && header.name.length <= longestName) return;
      await body.cancel();
      continue;
    }
    unpackedBytes += header.size;
    const stored = await storeBytes(folder, path, body, limits.zipEntryBytes).catch((thrown: unknown) =>
      thrown instanceof AppError && thrown.code === 'disk-full' ? Promise.reject(thrown) : damaged(thrown),
    );
    yield stored instanceof AppError ? { path, error: stored } : { path, stored };
  }
}

async function* entriesOf(file: string): AsyncGenerator<ParsedTarEntry> {
  const bytes = createReadStream(file, { highWaterMark: 2 ** 18 });
  const plain = /gz$/i.test(file) ? bytes.pipe(createGunzip()) : bytes;
  // pipe() does not hand errors on.
  bytes.on('error', (error) => plain.destroy(error));
  const decoder = createTarDecoder({ strict: true });
  try {
    yield* (Readable.toWeb(plain) as ReadableStream<Uint8Array>).pipeThrough(decoder);
  } finally {
    bytes.destroy();
  }
}

function refusal({ name, type, size }: ParsedTarEntry['header'], unpackedBytes: number): AppError | undefined {
  if (leadsOut(name)) return new AppError('file-unreadable', 'The name of this file leads out of its archive.');
  if (name.length > longestName) return new AppError('limit-exceeded', 'The name of this file is too long.');
  if (type === 'directory') return undefined;
  if (type !== undefined && type !== 'file')
    return new AppError('file-unreadable', 'Links and devices in archives are not followed.');
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
