/** A connected group of stroke pixels. */
export interface Blob {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly area: number;
  /** Mean stroke contrast of its pixels. */
  readonly contrast: number;
}

const tallest = 120;

/** 8-connected groups of values of at least `threshold` that may be letters: neither specks nor long lines. */
export function components(contrast: Uint8Array, rows: number, columns: number, threshold: number): Blob[] {
  const seen = new Uint8Array(contrast.length);
  const blobs: Blob[] = [];
  for (let start = 0; start < contrast.length; start++) {
    if (seen[start] || (contrast[start] ?? 0) < threshold) continue;
    const blob = flood(contrast, rows, columns, threshold, seen, start);
    if (isLetter(blob)) blobs.push(blob);
  }
  return blobs;
}

/** Neither a speck, a long line nor a filled or nearly empty box. */
function isLetter({ width, height, area }: Blob): boolean {
  const density = area / (width * height);
  return height >= 5 && height <= tallest && width <= 2 * height && density >= 0.15 && density <= 0.95;
}

function flood(
  contrast: Uint8Array,
  rows: number,
  columns: number,
  threshold: number,
  seen: Uint8Array,
  start: number,
): Blob {
  const stack = [start];
  seen[start] = 1;
  let [left, right, top, bottom, area, sum] = [columns, 0, rows, 0, 0, 0];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const y = Math.floor(at / columns);
    const x = at - y * columns;
    area += 1;
    sum += contrast[at] ?? 0;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const nx = x + dx;
        const ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= columns || ny >= rows) continue;
        const next = ny * columns + nx;
        if (seen[next] || (contrast[next] ?? 0) < threshold) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1, area, contrast: sum / area };
}
