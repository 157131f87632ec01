import type { AppContext } from '../../context.ts';
import type { JobContext } from '../../jobs.ts';
import { Rate } from './rate.ts';
import { completeFiles } from './takeIn.ts';

/** Few enough for a short transaction, enough for a worker not to wait. */
const batchFiles = 8;
const pageFiles = 256;

interface Options {
  readonly signal: AbortSignal;
  readonly importId?: string;
  readonly onProgress?: JobContext['progress'];
  /** Shares of the job's bar: where this part of it begins and ends. */
  readonly span?: readonly [from: number, to: number];
}

/**
 * Reads every file to its end of which only the header is known, from this import or an earlier one that was stopped: its hash
 * proves later that it is the same, the hash of its pixels finds the same image under other names. Throws `cancelled`.
 */
export async function readContents(
  context: AppContext,
  { signal, importId, onProgress, span: [from, to] = [0, 1] }: Options,
): Promise<void> {
  const { catalogue } = context.store;
  const total = catalogue.countFiles({ isUnhashed: true });
  const rate = new Rate();
  let done = 0;
  for (let after = ''; ; ) {
    const page = catalogue.trackedFiles({ after, limit: pageFiles, isUnhashed: true });
    if (page.length === 0) return;
    const queue = page.map(({ address }) => address);
    const work = async (): Promise<void> => {
      for (let batch = queue.splice(0, batchFiles); batch.length > 0; batch = queue.splice(0, batchFiles)) {
        signal.throwIfAborted();
        await completeFiles(context, batch, importId, signal);
        done += batch.length;
        const perSecond = rate.perSecond(done);
        onProgress?.({
          fraction: from + ((to - from) * done) / Math.max(total, done),
          message: `step 2 of 2, contents: ${done} of ${total} files${perSecond ? `, ${Math.round(perSecond)} files/s` : ''}`,
          ...(perSecond && { etaSeconds: Math.max(0, total - done) / perSecond }),
        });
      }
    };
    await allSettled(Array.from({ length: context.imaging.size * 2 }, work));
    after = page.at(-1)?.sopInstanceUid ?? after;
  }
}

/** Waits for all, then fails with the first failure: nothing goes on behind the caller's back. */
export async function allSettled(works: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
