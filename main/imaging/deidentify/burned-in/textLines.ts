import type { Blob } from './components.ts';
import type { PixelBox } from './maskRectangles.ts';

const leastLetters = 3;

/** Boxes around rows of at least three blobs of like height whose middles are level and whose gaps are small. */
export function textLines(blobs: readonly Blob[]): PixelBox[] {
  const sorted = [...blobs].sort((a, b) => a.left - b.left);
  const lines: Blob[][] = [];
  for (const blob of sorted) {
    const line = lines.find((candidate) => continues(candidate, blob));
    if (line) line.push(blob);
    else lines.push([blob]);
  }
  return lines.filter(isText).map(boxAround);
}

function continues(line: readonly Blob[], blob: Blob): boolean {
  const last = line.at(-1);
  if (!last) return false;
  const height = Math.max(last.height, blob.height);
  const gap = blob.left - (last.left + last.width);
  const isLevel = Math.abs(last.top + last.height / 2 - (blob.top + blob.height / 2)) <= 0.35 * height;
  const isAlike = Math.min(last.height, blob.height) >= 0.55 * height;
  return isLevel && isAlike && gap <= 1.6 * height && gap >= -0.5 * height;
}

/** Below this height a few specks side by side look like letters. */
const smallLetter = 8;

/**
 * Letters have like heights, stand on one line or hang from one, and are drawn with one ink; a row of bone edges or speckle
 * is not.
 */
function isText(line: readonly Blob[]): boolean {
  const heights = line.map(({ height }) => height);
  const height = medianOf(heights);
  const least = height < smallLetter ? leastLetters + 1 : leastLetters;
  if (line.length < least) return false;
  const alike = shareNear(heights, Math.max(1, 0.2 * height));
  const standing = shareNear(
    line.map((blob) => blob.top + blob.height),
    Math.max(1, 0.12 * height),
  );
  const hanging = shareNear(
    line.map((blob) => blob.top),
    Math.max(1, 0.12 * height),
  );
  const contrasts = line.map(({ contrast }) => contrast);
  const inked = shareNear(contrasts, 0.35 * medianOf(contrasts));
  return alike * line.length >= leastLetters && alike >= 0.6 && Math.max(standing, hanging) >= 0.7 && inked >= 0.7;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Share of the values within `tolerance` of their median. */
function shareNear(values: readonly number[], tolerance: number): number {
  const median = medianOf(values);
  return values.filter((value) => Math.abs(value - median) <= tolerance).length / values.length;
}

function boxAround(line: readonly Blob[]): PixelBox {
  const left = Math.min(...line.map((blob) => blob.left));
  const top = Math.min(...line.map((blob) => blob.top));
  const right = Math.max(...line.map((blob) => blob.left + blob.width));
  const bottom = Math.max(...line.map((blob) => blob.top + blob.height));
  return { left, top, width: right - left, height: bottom - top };
}
