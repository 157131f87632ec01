import { asAppError, type ErrorCode } from '../../../domain/errors.ts';
import type { IndexOutcome, IndexRequest } from '../../../imaging/indexFile.ts';
import type { ImagingPool } from '../../../imaging/pool.ts';

/** After these nobody knows which of several files was to blame. */
const shared: ReadonlySet<ErrorCode> = new Set(['worker-died', 'time-limit', 'out-of-memory']);

/**
 * Indexes some files in one worker. Where the worker died or took too long over them, each is tried alone, so that one
 * poisonous file keeps no other out. Throws `cancelled`.
 */
export async function indexBatch(
  imaging: ImagingPool,
  requests: readonly IndexRequest[],
  signal: AbortSignal,
): Promise<readonly IndexOutcome[]> {
  if (requests.length === 0) return [];
  try {
    return await imaging.run('indexFiles', requests, { signal, priority: 'background' });
  } catch (thrown) {
    signal.throwIfAborted();
    const { code, message } = asAppError(thrown);
    if (!shared.has(code)) throw thrown;
    if (requests.length === 1) return [{ error: { code, message } }];
    const outcomes: IndexOutcome[] = [];
    for (const request of requests) outcomes.push(...(await indexBatch(imaging, [request], signal)));
    return outcomes;
  }
}
