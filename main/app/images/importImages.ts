import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImportResult } from '../../contract/imports.ts';
import { AppError } from '../../domain/errors.ts';
import { readMetadataCsv } from '../../imaging/files/metadataCsv.ts';
import type { ImportRequest } from '../../store/catalogue/catalogue.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { countFiles } from './import/countFiles.ts';
import { type Candidate, findImages, MetadataRows } from './import/findImages.ts';
import { Rate } from './import/rate.ts';
import { allSettled, readContents } from './import/readContents.ts';
import { type Intake, takeIn } from './import/takeIn.ts';
import { assembleAndKeep } from './stacksOf.ts';

export type ImportOutcome = ImportResult;

/** Header requests that go to a worker at once. */
const batchFiles = 16;
const announceEveryMs = 3_000;
/** Shares of the progress bar: headers, contents. */
const headersUntil = 0.5;
const contentsUntil = 0.97;

/** The folder of the workspace that copied images lie in. */
export const imageFolderOf = ({ store }: Pick<AppContext, 'store'>): string => join(store.workspace.path, 'images');

/**
 * Takes images in, in two steps. Headers first, found, read and added as a stream in as many workers as the pool has: soon the
 * worklist has everything. Then the contents, for the hashes. Files known by address, size and time are passed over unread, so
 * that an import that was stopped goes on where it was, and one that was not adds nothing. A bad file is listed and the rest
 * goes in. Cancelled: what was added stays. No list of files is ever held.
 */
export async function importImages(
  context: AppContext,
  request: ImportRequest,
  job: JobContext,
): Promise<ImportOutcome> {
  const { catalogue } = context.store;
  if (request.paths.length === 0 && request.metadata === undefined)
    throw new AppError('invalid-input', 'There is nothing to import.');
  job.progress({ message: 'looking for images' });
  const metadata =
    request.metadata === undefined ? undefined : await readMetadataCsv(request.metadata, request.paths[0]);
  const isTableOnly = request.paths.length === 0;
  const roots = isTableOnly ? [...(metadata?.rows.keys() ?? [])] : request.paths;
  const importId = catalogue.beginImport(isTableOnly ? [request.metadata ?? ''] : request.paths, request);
  const folder = imageFolderOf(context);
  const rows = new MetadataRows(metadata);
  const intake: Intake = {
    ...{ context, importId, rows, signal: job.signal },
    copyFolder: request.copy ? folder : undefined,
  };
  const found = findImages({
    ...{ paths: roots, imaging: context.imaging, storeFolder: folder, signal: job.signal },
    reject: (rejected) => {
      // A row without its file is told once, as such.
      if (!(isTableOnly && rejected.code === 'file-not-found')) catalogue.addRejected([rejected], importId);
    },
    tell: (finding) => catalogue.addFindings([finding], importId),
  });
  await readHeaders(intake, found, roots, job);
  const withoutFile = rows.rejected();
  if (withoutFile.length > 0) catalogue.addRejected(withoutFile, importId);
  await assembleSeries(context, importId, job);
  await readContents(context, {
    ...{ importId, signal: job.signal, span: [headersUntil, contentsUntil] },
    onProgress: (value) => job.progress(value),
  });
  await assembleSeries(context, importId, job);
  return conclude(context, importId);
}

async function readHeaders(
  intake: Intake,
  found: AsyncGenerator<Candidate>,
  roots: readonly string[],
  { signal, progress }: JobContext,
): Promise<void> {
  const { context } = intake;
  const counting = new AbortController();
  let expected: number | undefined;
  // Beside the import itself; where it fails the bar just stays vague.
  void countFiles(roots, AbortSignal.any([signal, counting.signal])).then((files) => {
    expected = files;
  });
  const rate = new Rate();
  let done = 0;
  let announcedMs = performance.now();
  const work = async (): Promise<void> => {
    for (let batch = await nextBatch(found); batch.length > 0; batch = await nextBatch(found)) {
      signal.throwIfAborted();
      await takeIn(intake, batch);
      done += batch.length;
      progress(headerProgress(done, expected, rate.perSecond(done)));
      if (performance.now() - announcedMs < announceEveryMs) continue;
      announcedMs = performance.now();
      context.announce('worklist.changed', {});
    }
  };
  try {
    // Twice as many requests as workers, so that no worker waits for the core.
    await allSettled(Array.from({ length: context.imaging.size * 2 }, work));
  } finally {
    counting.abort();
  }
}

/** A generator answers its callers one after the other: no file is given out twice. */
async function nextBatch(found: AsyncGenerator<Candidate>): Promise<Candidate[]> {
  const batch: Candidate[] = [];
  while (batch.length < batchFiles) {
    const next = await found.next();
    if (next.done) break;
    batch.push(next.value);
  }
  return batch;
}

function headerProgress(done: number, expected: number | undefined, perSecond: number | undefined) {
  const speed = perSecond ? `, ${Math.round(perSecond)} files/s` : '';
  if (expected === undefined) return { message: `step 1 of 2, headers: ${done} files${speed}` };
  // Archives hold more than was counted.
  const total = Math.max(expected, done);
  return {
    fraction: (headersUntil * done) / Math.max(1, total),
    message: `step 1 of 2, headers: ${done} of ${total} files${speed}`,
    ...(perSecond && { etaSeconds: (total - done) / perSecond }),
  };
}

/** One series after the other, with a turn for everything else between them. */
async function assembleSeries(context: AppContext, importId: string, { signal, progress }: JobContext): Promise<void> {
  const series = context.store.catalogue.seriesWithoutStacks();
  for (const [i, seriesInstanceUid] of series.entries()) {
    signal.throwIfAborted();
    assembleAndKeep(context.store, seriesInstanceUid, importId);
    if (i % 20 === 0) progress({ message: `putting series together: ${i + 1} of ${series.length}` });
    await nextTurn();
  }
  context.announce('worklist.changed', {});
}

function conclude(context: AppContext, importId: string): ImportOutcome {
  const { catalogue } = context.store;
  const record = catalogue.finishImport(importId);
  context.announce('worklist.changed', {});
  return {
    ...record.added,
    imported: record.added.instances,
    skipped: record.skipped,
    // Workers finish as they like; a report reads the same each time.
    rejected: [...record.rejected].sort((a, b) => (a.path < b.path ? -1 : 1)),
    findings: [...record.findings],
    total: catalogue.totals(),
  };
}
