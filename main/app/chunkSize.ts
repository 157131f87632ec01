/** What one transaction may take, so that a label saved by hand meanwhile does not wait noticeably (20 ms at most). */
const aimMs = 10;
const fewest = 10;
const most = 200;

/** To begin with, before this machine and its load are known. */
export const firstChunkSize = 25;

/** Rows of the next transaction, after one of `rows` took `elapsedMs`; grows to the double at most. */
export function nextChunkSize(rows: number, elapsedMs: number): number {
  const fitting = Math.floor((rows * aimMs) / Math.max(elapsedMs, 0.1));
  return Math.min(most, Math.max(fewest, Math.min(fitting, rows * 2)));
}
