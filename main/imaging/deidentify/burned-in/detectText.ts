import { type Blob, components } from './components.ts';
import { withoutNoise } from './localNoise.ts';
import type { PixelBox } from './maskRectangles.ts';
import { strokeContrast } from './strokeContrast.ts';
import { textLines } from './textLines.ts';

/** Text of one contrast is apart from its surroundings at one of these at least; which, is not known beforehand. */
const thresholds = [16, 28, 48, 80, 120, 170];

/** Times the mean stroke contrast around it that a letter has at least. */
const noiseFactor = 2.5;

/**
 * Proposes boxes around text: thin strokes that stand out from what is around them, in blobs of like height side by side,
 * looked for as it is, smoothed, and at half size. A helper for a person's eye, not a proof of absence. `grey` is row-major, 0..255.
 */
export function detectText(grey: Uint8Array, rows: number, columns: number): PixelBox[] {
  const fine = linesIn(grey, rows, columns);
  const calm = linesIn(smoothed(grey, rows, columns), rows, columns);
  const half = halved(grey, rows, columns);
  const coarse = linesIn(half.grey, half.rows, half.columns).map(doubled);
  return mergedBoxes([...fine, ...calm, ...coarse].map((box) => widened(box, rows, columns)));
}

function linesIn(grey: Uint8Array, rows: number, columns: number): PixelBox[] {
  const boxes: PixelBox[] = [];
  for (const polarity of ['bright', 'dark'] as const) {
    const contrast = withoutNoise(strokeContrast(grey, rows, columns, polarity), rows, columns, noiseFactor);
    const levels = thresholds.map((threshold) => components(contrast, rows, columns, threshold));
    const blobs = levels.flat();
    for (const level of levels) boxes.push(...textLines(level).map((line) => extended(line, blobs)));
  }
  return boxes;
}

/** With the letters at its ends that stood out at other thresholds, or were too few for a line of their own. */
function extended(line: PixelBox, blobs: readonly Blob[]): PixelBox {
  const middle = line.top + line.height / 2;
  const beside = blobs.filter(
    ({ top, height }) =>
      height >= 0.5 * line.height &&
      height <= 1.4 * line.height &&
      Math.abs(top + height / 2 - middle) <= 0.35 * line.height,
  );
  const farthest = 1.6 * line.height;
  let [left, right] = [line.left, line.left + line.width];
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const blob of beside) {
      const end = blob.left + blob.width;
      const isNear = blob.left <= right + farthest && end >= left - farthest;
      if (!isNear || (blob.left >= left && end <= right)) continue;
      left = Math.min(left, blob.left);
      right = Math.max(right, end);
      isGrowing = true;
    }
  }
  return { ...line, left, width: right - left };
}

/** Means of 2 x 2 pixels: large letters get thin strokes, and grain is averaged. */
function halved(grey: Uint8Array, rows: number, columns: number) {
  const [h, w] = [rows >> 1, columns >> 1];
  const out = new Uint8Array(h * w);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * columns + 2 * x;
      const sum = (grey[at] ?? 0) + (grey[at + 1] ?? 0) + (grey[at + columns] ?? 0) + (grey[at + columns + 1] ?? 0);
      out[y * w + x] = sum / 4;
    }
  return { grey: out, rows: h, columns: w };
}

/** Weights 1 2 1 in both directions: grain is halved, strokes of two pixels and more stay. */
function smoothed(grey: Uint8Array, rows: number, columns: number): Uint8Array {
  const across = grey.map((value, i) => {
    const x = i % columns;
    const left = x > 0 ? (grey[i - 1] ?? value) : value;
    const right = x < columns - 1 ? (grey[i + 1] ?? value) : value;
    return (left + 2 * value + right) / 4;
  });
  return across.map((value, i) => {
    const above = i >= columns ? (across[i - columns] ?? value) : value;
    const below = i < (rows - 1) * columns ? (across[i + columns] ?? value) : value;
    return (above + 2 * value + below) / 4;
  });
}

const doubled = ({ left, top, width, height }: PixelBox): PixelBox => ({
  left: 2 * left,
  top: 2 * top,
  width: 2 * width,
  height: 2 * height,
});

/** A letter to each side, a third above and below: letters that were missed at the ends, accents and descenders are inside. */
function widened({ left, top, width, height }: PixelBox, rows: number, columns: number): PixelBox {
  const margin = Math.max(2, Math.ceil(height / 3));
  const side = Math.max(6, height);
  const x = Math.max(0, left - side);
  const y = Math.max(0, top - margin);
  return {
    left: x,
    top: y,
    width: Math.min(columns, left + width + side) - x,
    height: Math.min(rows, top + height + margin) - y,
  };
}

/** Boxes that overlap become the one around both. */
export function mergedBoxes(boxes: readonly PixelBox[]): PixelBox[] {
  const out: PixelBox[] = [];
  for (const box of boxes) {
    let current = box;
    for (let i = out.length - 1; i >= 0; i--) {
      const other = out[i];
      if (other && overlap(current, other)) {
        current = union(current, other);
        out.splice(i, 1);
      }
    }
    out.push(current);
  }
  return out;
}

const overlap = (a: PixelBox, b: PixelBox): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

function union(a: PixelBox, b: PixelBox): PixelBox {
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}
