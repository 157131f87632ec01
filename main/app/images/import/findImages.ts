import path from 'node:path';
import type { DataFinding } from '../../../contract/values.ts';
import { AppError, asAppError } from '../../../domain/errors.ts';
import { fileFinder } from '../../../imaging/files/dicomdir.ts';
import type { Metadata } from '../../../imaging/files/metadataCsv.ts';
import { isCompanion } from '../../../imaging/files/scanPaths.ts';
import { unpackTar } from '../../../imaging/files/tarArchive.ts';
import { type FoundFile, walkPaths } from '../../../imaging/files/walkPaths.ts';
import type { ImagingPool } from '../../../imaging/pool.ts';
import type { RejectedFile } from '../../../store/catalogue/catalogue.ts';

/** A file that may be an image. */
export interface Candidate {
  /** Where its bytes are: its place on the disk, or its copy out of a tape archive. */
  readonly address: string;
  /** What the metadata table calls it by: its place, or `archive.tar!/inner/path`. */
  readonly origin: string;
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Named by the user: whatever it is, it is told. */
  readonly isNamed: boolean;
  /** Its bytes are the workspace's own already. */
  readonly isStored: boolean;
}

export interface Search {
  readonly paths: readonly string[];
  readonly imaging: ImagingPool;
  /** Where files out of tape archives are copied to. */
  readonly storeFolder: string;
  readonly signal: AbortSignal;
  reject(rejected: RejectedFile): void;
  tell(finding: DataFinding): void;
}

/** The files below some paths, as they are met: nothing is listed ahead, so that a million files take no memory. */
export async function* findImages(search: Search): AsyncGenerator<Candidate> {
  yield* fromWalk(search, walkPaths(search.paths));
}

async function* fromWalk(search: Search, found: AsyncIterable<FoundFile>): AsyncGenerator<Candidate> {
  for await (const file of found) {
    search.signal.throwIfAborted();
    const { address, relativePath } = file;
    if (file.kind === 'rejected') search.reject(rejectionOf(relativePath, file.error));
    else if (file.kind === 'file') {
      const { sizeBytes, modifiedMs, isNamed } = file;
      yield { address, origin: address, relativePath, sizeBytes, modifiedMs, isNamed, isStored: false };
    } else if (file.kind === 'tar') yield* fromTar(search, file);
    else if (file.kind === 'dicomdir') yield* fromDicomdir(search, file);
  }
}

async function* fromTar(
  search: Search,
  { address, relativePath, isNamed }: FoundFile & { readonly isNamed: boolean },
): AsyncGenerator<Candidate> {
  for await (const entry of unpackTar(address, search.storeFolder, (name) => !isCompanion(name))) {
    search.signal.throwIfAborted();
    const inside = isNamed && entry.path !== '' ? entry.path : `${relativePath}!/${entry.path}`;
    if ('error' in entry) {
      search.reject(rejectionOf(entry.path === '' ? relativePath : inside, entry.error));
      continue;
    }
    const { path: stored, sizeBytes, modifiedMs } = entry.stored;
    const origin = `${address}!/${entry.path}`;
    yield { address: stored, origin, relativePath: inside, sizeBytes, modifiedMs, isNamed: false, isStored: true };
  }
}

/**
 * An index of the files beside it. In a folder they are met anyway: it tells which are missing. Named by the user, it names
 * all that is wanted. One that cannot be read, or is none, is told and does no harm.
 */
async function* fromDicomdir(
  search: Search,
  { address, relativePath, isNamed }: FoundFile & { readonly isNamed: boolean },
): AsyncGenerator<Candidate> {
  const { imaging, signal } = search;
  const names = await imaging
    .run('readDicomdir', { address }, { signal, priority: 'background' })
    .catch((thrown: unknown) => asAppError(thrown));
  signal.throwIfAborted();
  if (names instanceof AppError) {
    search.reject(rejectionOf(relativePath, names));
    return;
  }
  const find = fileFinder(path.dirname(address));
  const there: string[] = [];
  let missing = 0;
  for (const components of names) {
    const file = await find(components);
    if (file !== undefined) there.push(file);
    else {
      missing += 1;
      search.reject({
        path: components.join('/'),
        code: 'file-not-found',
        message: 'The DICOMDIR names this file, but it is not there.',
      });
    }
  }
  if (missing > 0) search.tell(missingFinding(missing, names.length));
  if (!isNamed) return;
  const folder = path.dirname(address);
  for await (const found of walkPaths(there)) {
    if (found.kind !== 'file') continue;
    const inner = path.relative(folder, found.address).split(path.sep).join('/');
    yield* fromWalk(search, single({ ...found, relativePath: inner }));
  }
}

const missingFinding = (missing: number, named: number): DataFinding => ({
  code: 'dicomdir-incomplete',
  message: `A DICOMDIR names ${named} files, of which ${missing} ${missing === 1 ? 'is' : 'are'} not there.`,
  severity: 'warning',
});

async function* single<T>(value: T): AsyncGenerator<T> {
  yield value;
}

export const rejectionOf = (file: string, { code, message }: Pick<AppError, 'code' | 'message'>): RejectedFile => ({
  path: file,
  code,
  message,
});

/** Which rows of the table have met their file. */
export class MetadataRows {
  private readonly waiting: Set<string>;
  private readonly metadata: Metadata | undefined;

  constructor(metadata: Metadata | undefined) {
    this.metadata = metadata;
    this.waiting = new Set(metadata?.rows.keys());
  }

  of(origin: string) {
    this.waiting.delete(origin);
    return this.metadata?.rows.get(origin);
  }

  /** Rows that named no file, and those that could not be read. */
  rejected(): RejectedFile[] {
    const without = [...this.waiting].map((origin) => ({
      path: this.metadata?.rows.get(origin)?.file ?? origin,
      code: 'file-not-found',
      message: 'The table names a file that is not there.',
    }));
    return [...(this.metadata?.rejected ?? []), ...without];
  }
}
