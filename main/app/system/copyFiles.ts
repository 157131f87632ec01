import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Dirent } from 'node:fs';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../domain/errors.ts';

export interface FileSum {
  readonly sizeBytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined);

/** Sums what passes through. */
function summing() {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    async *pass(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    sum: (): FileSum => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
}

/** Never holds the file in memory. File errors stay as they are. */
export async function hashFile(path: string): Promise<FileSum> {
  const { pass, sum } = summing();
  await pipeline(createReadStream(path), pass, async (chunks: AsyncIterable<Buffer>) => {
    for await (const _ of chunks); // read to the end
  });
  return sum();
}

/** Copies one file, made durable, and sums what was written. Throws `disk-full`, `cancelled`; other errors stay. */
export async function copySummed(from: string, to: string, signal: AbortSignal): Promise<FileSum> {
  await mkdir(dirname(to), { recursive: true });
  const { pass, sum } = summing();
  try {
    await pipeline(createReadStream(from), pass, createWriteStream(to, { flush: true }), { signal });
    return sum();
  } catch (cause) {
    if (signal.aborted) throw new AppError('cancelled', 'Copying was cancelled.', { cause });
    const code = codeOf(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('disk-full', 'The disk is full.', { cause });
    throw cause;
  }
}

/** Files below `root`/`folder`, relative to `root` with forward slashes, in order; links are followed, each folder once. */
export async function* filesBelow(root: string, folder: string, visited = new Set<string>()): AsyncGenerator<string> {
  const path = join(root, folder);
  const entries = await entriesOf(path);
  if (entries === undefined) return;
  const real = await realpath(path);
  if (visited.has(real)) return;
  visited.add(real);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = `${folder}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? await stat(join(root, inner)) : entry;
    if (kind.isDirectory()) yield* filesBelow(root, inner, visited);
    else if (kind.isFile()) yield inner;
  }
}

/** Undefined where there is no such folder (any more). */
async function entriesOf(path: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a file of a folder that is worked in was finished and taken away while we looked. */
export const isGone = (thrown: unknown): boolean => codeOf(thrown) === 'ENOENT';
