import type { ImportResult } from '../../contract/images.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { type Metadata, readMetadataCsv, rowsWithoutFile } from '../../imaging/files/metadataCsv.ts';
import { type ScannedFile, scanPaths } from '../../imaging/files/scanPaths.ts';
import type { NewInstance, RejectedFile } from '../../store/catalogue/catalogue.ts';
import { firstChunkSize, nextChunkSize } from '../chunkSize.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { assembleAndKeep } from './stacksOf.ts';

export type ImportOutcome = ImportResult;

interface ImportRequest {
  readonly paths: readonly string[];
  readonly metadata?: string | undefined;
}

type Indexed = { readonly added: NewInstance } | { readonly rejected: RejectedFile };

/**
 * Indexes files with as many workers as the pool has, adds them in chunks and assembles the stacks of the series that
 * changed. A bad file is listed and the rest goes in. Cancelled: what was added stays, and a second import completes it.
 */
export async function importImages(
  context: AppContext,
  request: ImportRequest,
  job: JobContext,
): Promise<ImportOutcome> {
  const { catalogue } = context.store;
  if (request.paths.length === 0 && request.metadata === undefined)
    throw new AppError('invalid-input', 'There is nothing to import.');
  const metadata =
    request.metadata === undefined ? undefined : await readMetadataCsv(request.metadata, request.paths[0]);
  job.progress({ message: 'looking for images' });
  const files = await scan(request, metadata);
  const importId = catalogue.beginImport(request.paths.length > 0 ? request.paths : [request.metadata ?? '']);
  catalogue.addRejected(
    [...files.rejected, ...(metadata ? [...metadata.rejected, ...rowsWithoutFile(metadata, files.addresses)] : [])],
    importId,
  );
  await indexAll(context, files.images, metadata, importId, job);
  job.progress({ fraction: 0.97, message: 'assembling series' });
  for (const seriesInstanceUid of catalogue.seriesWithoutStacks())
    assembleAndKeep(context.store, seriesInstanceUid, importId);
  const record = catalogue.finishImport(importId);
  context.announce('worklist.changed', {});
  return {
    ...record.added,
    imported: record.added.instances,
    skipped: record.skipped,
    rejected: [...record.rejected],
    findings: [...record.findings],
    total: catalogue.totals(),
  };
}

type ImageFile = Extract<ScannedFile, { kind: 'image' }>;

interface Scanned {
  readonly images: readonly ImageFile[];
  readonly rejected: readonly RejectedFile[];
  /** Of all files seen, for the rows of the CSV that name none of them. */
  readonly addresses: ReadonlySet<string>;
}

/** Without paths, the files that the CSV names. */
async function scan({ paths }: ImportRequest, metadata: Metadata | undefined): Promise<Scanned> {
  const images: ImageFile[] = [];
  const rejected: RejectedFile[] = [];
  const addresses = new Set<string>();
  const roots = paths.length > 0 ? paths : [...(metadata?.rows.keys() ?? [])];
  for await (const file of scanPaths(roots)) {
    addresses.add(file.address);
    if (file.kind === 'image') images.push(file);
    const isMissingRow = paths.length === 0 && file.kind === 'rejected' && file.error.code === 'file-not-found';
    if (isMissingRow)
      addresses.delete(file.address); // told once, as a row without its file
    else if (file.kind === 'rejected') rejected.push(rejection(file.relativePath, file.error));
  }
  return { images, rejected, addresses };
}

async function indexAll(
  context: AppContext,
  images: readonly ImageFile[],
  metadata: Metadata | undefined,
  importId: string,
  job: JobContext,
): Promise<void> {
  const queue = images.values();
  const pending: NewInstance[] = [];
  let done = 0;
  let chunkSize = firstChunkSize;
  const flush = (): void => {
    while (pending.length > 0) {
      const chunk = pending.splice(0, chunkSize);
      const startedMs = performance.now();
      context.store.catalogue.addInstances(chunk, importId);
      chunkSize = nextChunkSize(chunk.length, performance.now() - startedMs);
    }
  };
  const work = async (): Promise<void> => {
    for (const file of queue) {
      job.signal.throwIfAborted();
      const indexed = await indexOne(context, file, metadata, job.signal);
      if ('added' in indexed) pending.push(indexed.added);
      else context.store.catalogue.addRejected([indexed.rejected], importId);
      if (pending.length >= chunkSize) flush();
      done++;
      job.progress({ fraction: (0.95 * done) / images.length, message: `${done} of ${images.length} files` });
    }
  };
  // Twice as many requests as workers, so that no worker waits for the core.
  const outcomes = await Promise.allSettled(Array.from({ length: context.imaging.size * 2 }, work));
  flush();
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function indexOne(
  context: AppContext,
  file: ImageFile,
  metadata: Metadata | undefined,
  signal: AbortSignal,
): Promise<Indexed> {
  const row = metadata?.rows.get(file.address);
  const request = { address: file.address, ...(row ? { metadata: row } : {}) };
  try {
    const indexed = await context.imaging.run('indexFile', request, { signal, priority: 'background' });
    return { added: { indexed, file: row?.file ?? file.relativePath } };
  } catch (thrown) {
    signal.throwIfAborted();
    return { rejected: rejection(file.relativePath, asAppError(thrown)) };
  }
}

const rejection = (path: string, { code, message }: AppError): RejectedFile => ({ path, code, message });
