import { components } from './components.ts';
import type { PixelBox } from './maskRectangles.ts';
import { strokeContrast } from './strokeContrast.ts';
import { textLines } from './textLines.ts';

/** Text of one contrast is apart from its surroundings at one of these at least; which, is not known beforehand. */
const thresholds = [16, 28, 48, 80, 120, 170];

/**
 * Proposes boxes around text: thin strokes that stand out from what is around them, in blobs of like height side by side.
 * A helper for a person's eye, not a proof of absence. `grey` is row-major, 0..255.
 */
export function detectText(grey: Uint8Array, rows: number, columns: number): PixelBox[] {
  const boxes: PixelBox[] = [];
  for (const polarity of ['bright', 'dark'] as const) {
    const contrast = strokeContrast(grey, rows, columns, polarity);
    for (const threshold of thresholds) boxes.push(...textLines(components(contrast, rows, columns, threshold)));
  }
  return merged(boxes.map((box) => widened(box, rows, columns)));
}

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

function merged(boxes: readonly PixelBox[]): PixelBox[] {
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
