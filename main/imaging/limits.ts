/** Bounds on what a file may ask of us; beyond them it is refused with `limit-exceeded` or `file-too-large`. */
export const limits = {
  fileBytes: 2 ** 31 - 1,
  /** A deflated data set after inflating; it is twice in memory for a moment. */
  inflatedBytes: 384 * 1024 * 1024,
  elements: 1_000_000,
  sequenceDepth: 64,
  frames: 100_000,
  /** One frame, and all frames together, as stored values. */
  frameBytes: 256 * 1024 * 1024,
  imageBytes: 64 * 1024 * 1024 * 1024,
  zipEntries: 200_000,
  zipEntryBytes: 2 ** 31 - 1,
  /** Beyond this size, an entry of a zip may not inflate by more than the ratio. */
  zipUncheckedBytes: 256 * 1024 * 1024,
  zipRatio: 100,
  /** All files of one tape archive together. */
  archiveBytes: 512 * 1024 * 1024 * 1024,
  niftiBytes: 1024 * 1024 * 1024,
} as const;
