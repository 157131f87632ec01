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

/** Letters have like heights and are mostly strokes; a row of bone edges does not. */
function isText(line: readonly Blob[]): boolean {
  if (line.length < leastLetters) return false;
  const heights = line.map(({ height }) => height).sort((a, b) => a - b);
  const median = heights[heights.length >> 1] ?? 0;
  const alike = heights.filter((height) => Math.abs(height - median) <= Math.max(1, 0.2 * median)).length;
  return alike >= leastLetters && alike >= 0.6 * line.length;
}

function boxAround(line: readonly Blob[]): PixelBox {
  const left = Math.min(...line.map((blob) => blob.left));
  const top = Math.min(...line.map((blob) => blob.top));
  const right = Math.max(...line.map((blob) => blob.left + blob.width));
  const bottom = Math.max(...line.map((blob) => blob.top + blob.height));
  return { left, top, width: right - left, height: bottom - top };
}
