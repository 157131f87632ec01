import { totalmem } from 'node:os';
import { AppError, isMemoryError } from '../../domain/errors.ts';

/** Share of the machine's memory that cached features may fill; pictures, weights and the engine need the rest. */
const CACHE_SHARE = 0.5;

/** Our own arrays can be what does not fit, not only the engine's. */
export function asMemoryError(error: unknown): unknown {
  const advice = 'Not enough memory for this training. A smaller batch or image size needs less.';
  return isMemoryError(error) ? new AppError('out-of-memory', advice, { cause: error }) : error;
}

/**
 * Features of early stages are much larger than pictures.
 * @param values numbers (float32) of one case
 * @throws AppError out-of-memory before anything is computed
 */
export function refuseLargeCache(cases: number, values: number, layer: string): void {
  const bytes = cases * values * 4;
  if (bytes <= totalmem() * CACHE_SHARE) return;
  const gigabytes = (bytes / 1e9).toFixed(1);
  throw new AppError(
    'out-of-memory',
    `The features of ${cases} cases at ${layer} take ${gigabytes} GB, more than half of this machine's memory. Freeze at a later stage, or fine-tune without caching.`,
  );
}
