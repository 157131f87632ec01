/**
 * Every way in which an operation may fail expectedly. The code crosses process borders, is shown on screen and is
 * what scripts match on, so the list is closed: add a code here before throwing it.
 */
export const errorCodes = [
  // general
  'invalid-input',
  'not-found',
  'conflict',
  'cancelled',
  'internal',
  'out-of-memory',
  'disk-full',
  'worker-died',
  'time-limit',
  // workspace
  'workspace-in-use',
  'workspace-too-new',
  'workspace-damaged',
  // files and images
  'file-not-found',
  'file-unreadable',
  'file-too-large',
  'unknown-format',
  'not-dicom',
  'damaged-header',
  'no-pixel-data',
  'not-an-image',
  'unsupported-transfer-syntax',
  'unsupported-pixel-format',
  'damaged-pixels',
  'limit-exceeded',
  'missing-attribute',
  'no-metadata',
  'duplicate-row',
  'same-uid-other-content',
  'file-changed',
  // de-identification
  'burned-in-risk',
  'deidentification-failed',
  'wrong-passphrase',
  // labels
  'ambiguous-target',
  'unknown-target',
  'unknown-label',
  'invalid-value',
  'invalid-geometry',
  'stale-revision',
  // datasets, training, models
  'no-eligible-cases',
  'too-few-patients',
  'missing-class',
  'split-overlap',
  'snapshot-damaged',
  'run-active',
  'loss-not-finite',
  'checkpoint-damaged',
  'seen-in-training',
  'unsupported-operator',
  'shape-mismatch',
  'model-damaged',
  'unsupported-device',
  'device-lost',
  'no-bundled-backbone',
  'cam-not-available',
  // hosts
  'unauthorized',
  'not-available-here',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * An expected failure. `message` is a sentence for a person: what happened and, where it helps, what to do.
 * It never holds patient data. Bugs are ordinary Errors.
 */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** Anything thrown (libraries throw strings, too) as an AppError; what is not one already becomes `fallback`. */
export function asAppError(thrown: unknown, fallback: ErrorCode = 'internal'): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isMemoryError(thrown))
    return new AppError('out-of-memory', 'Memory ran out while this was done.', { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(fallback, message, { cause: thrown });
}

/** Whether an array did not fit: V8's RangeErrors and Node's ERR_MEMORY_ALLOCATION_FAILED. */
export const isMemoryError = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  /allocation failed|failed to allocate memory|invalid typed array length/i.test(thrown.message);

/** Exhaustiveness check for closed unions. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}

/** What a file itself can be guilty of; anything else (a full disk, no memory, a bug) would meet every other file, too. */
export const fileFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'file-not-found',
  'file-unreadable',
  'file-changed',
  'file-too-large',
  'unknown-format',
  'not-dicom',
  'damaged-header',
  'no-pixel-data',
  'not-an-image',
  'unsupported-transfer-syntax',
  'unsupported-pixel-format',
  'damaged-pixels',
  'limit-exceeded',
  'missing-attribute',
]);
