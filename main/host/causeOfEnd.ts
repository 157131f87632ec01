import { AppError } from '../domain/errors.ts';

/**
 * Whether a line of a dying process says that an allocation failed, in the words of V8, of the C++ library, or of Linux
 * about a thread for whose stack there is no room.
 */
export const tellsOfMemory = (line: string): boolean =>
  /out of memory|OOMErrorHandler|bad_alloc|cannot allocate memory|allocation failed|resource temporarily unavailable/i.test(
    line,
  );

/**
 * Why a worker ended that was not asked to. V8 and C++ abort the process when an allocation of theirs fails; Linux kills
 * one that uses too much, without a word: then it can only be supposed.
 */
export function causeOfEnd(signal: NodeJS.Signals | null, ranOutOfMemory: boolean): AppError | undefined {
  if (ranOutOfMemory) {
    const text = 'Memory ran out while this was computed. A smaller batch or image size needs less.';
    return new AppError('out-of-memory', text);
  }
  if (signal !== 'SIGKILL') return undefined;
  const text = 'The worker process was killed from outside. Linux does that to a program when memory runs out.';
  return new AppError('worker-died', text);
}
