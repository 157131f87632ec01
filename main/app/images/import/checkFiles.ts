import { stat } from 'node:fs/promises';
import type { FileStates } from '../../../contract/imports.ts';
import { AppError, asAppError } from '../../../domain/errors.ts';
import { parseAddress } from '../../../imaging/files/address.ts';
import { guarded } from '../../../imaging/files/openSource.ts';
import type { SeenFile, TrackedFile } from '../../../store/catalogue/fileTracking.ts';
import type { AppContext } from '../../context.ts';
import { readContents } from './readContents.ts';
import { completeFiles } from './takeIn.ts';

const pageFiles = 500;

type Context = Pick<AppContext, 'store' | 'imaging'>;

/**
 * What has become of a file since it was imported. Size and time are compared first; only where they differ the whole file is
 * read. Throws `cancelled`, and what is not the file's fault.
 */
async function lookAt({ imaging }: Context, file: TrackedFile, signal: AbortSignal): Promise<SeenFile> {
  const { sopInstanceUid, address } = file;
  const { filePath, entryPath } = parseAddress(address);
  try {
    const info = await guarded(() => stat(filePath));
    const modifiedMs = Math.trunc(info.mtimeMs);
    // Entries of an archive have its time, and a size of their own.
    const isSameSize = entryPath !== undefined || file.sizeBytes === undefined || info.size === file.sizeBytes;
    const isSameTime = file.modifiedMs === undefined || file.modifiedMs === modifiedMs;
    if (isSameSize && isSameTime) {
      const state = file.state === 'unreadable' ? 'unreadable' : 'present';
      return { sopInstanceUid, state };
    }
    // Nothing to compare with: whoever reads it to its end finds out.
    if (file.fileSha256 === '') return { sopInstanceUid, state: isSameSize ? 'present' : 'changed' };
    const sha256 = await imaging.run('hashFile', { address }, { signal, priority: 'background', timeoutMs: 300_000 });
    if (sha256 === file.fileSha256) return { sopInstanceUid, state: 'present', modifiedMs };
    return { sopInstanceUid, state: 'changed' };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = asAppError(thrown);
    if (error.code === 'file-not-found') return { sopInstanceUid, state: 'missing' };
    if (error.code === 'file-unreadable') return { sopInstanceUid, state: 'missing', reason: error.message };
    throw error;
  }
}

const announceAfterMs = 1_000;
const waiting = new WeakSet<AppContext>();

/** Once for many files: a disk that was unplugged takes a thousand with it. */
function announceSoon(context: AppContext): void {
  if (waiting.has(context)) return;
  waiting.add(context);
  setTimeout(() => {
    waiting.delete(context);
    context.announce('worklist.changed', {});
  }, announceAfterMs).unref();
}

interface CheckOptions {
  readonly signal: AbortSignal;
  readonly seriesInstanceUid?: string;
  readonly onProgress?: (done: number) => void;
}

/** Looks at the files of a series, or of the workspace, and keeps what was seen. */
export async function checkFiles(
  context: AppContext,
  { signal, seriesInstanceUid, onProgress }: CheckOptions,
): Promise<FileStates> {
  const { catalogue } = context.store;
  const counts = { files: 0, missing: 0, changed: 0, unreadable: 0 };
  let isNews = false;
  for (let after = ''; ; ) {
    const series = seriesInstanceUid === undefined ? {} : { seriesInstanceUid };
    const page = catalogue.trackedFiles({ after, limit: pageFiles, ...series });
    if (page.length === 0) break;
    const seen = await Promise.all(page.map((file) => lookAt(context, file, signal)));
    signal.throwIfAborted();
    const news = seen.filter(({ state, modifiedMs }, i) => state !== page[i]?.state || modifiedMs !== undefined);
    if (news.length > 0) catalogue.setFileStates(news);
    isNews ||= news.length > 0;
    for (const { state } of seen) if (state !== 'present') counts[state] += 1;
    counts.files += page.length;
    onProgress?.(counts.files);
    after = page.at(-1)?.sopInstanceUid ?? after;
  }
  if (isNews) announceSoon(context);
  return counts;
}

/** Before images are counted on: every file read to its end once, and none other than it was. */
export async function settleFiles(
  context: AppContext,
  signal: AbortSignal,
  tell: (message: string) => void,
): Promise<void> {
  await readContents(context, { signal, onProgress: ({ message }) => tell(message) });
  await checkFiles(context, { signal, onProgress: (done) => tell(`looking at the files: ${done}`) });
}

/** Before an image is counted on: its content known, and as it was imported. Errors as `refuseOtherContent`. */
export async function settleFile(context: AppContext, sopInstanceUid: string, signal: AbortSignal): Promise<void> {
  const file = context.store.catalogue.trackedFile(sopInstanceUid);
  if (file?.fileSha256 === '') await completeFiles(context, [file.address], undefined, signal);
  await refuseOtherContent(context, sopInstanceUid, signal);
}

/**
 * Throws unless the file of an image is as it was imported: labels and results belong to that content, other pixels under them
 * would be wrong. Costs a look at the directory; what was seen is kept. Errors: `file-changed`, `file-not-found`.
 */
export async function refuseOtherContent(
  context: AppContext,
  sopInstanceUid: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { catalogue } = context.store;
  const file = catalogue.trackedFile(sopInstanceUid);
  if (!file) return;
  const seen = await lookAt(context, file, signal);
  if (seen.state !== file.state || seen.modifiedMs !== undefined) {
    catalogue.setFileStates([seen]);
    announceSoon(context);
  }
  if (seen.state === 'changed')
    throw new AppError('file-changed', 'This file has other content now than when it was imported. It is not shown.');
  if (seen.state === 'missing')
    throw new AppError(
      'file-not-found',
      'The file of this image is not where it was. "Locate files" can find it again.',
    );
}
