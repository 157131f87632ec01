/** Outlines as the labels hold them: [column, row], pixel centres at integers. */
export interface Outline {
  readonly type: 'ellipse' | 'rectangle' | 'polygon';
  /** Ellipse and rectangle: two opposite corners of the upright bounding box; polygon: its vertices in order. */
  readonly points: readonly (readonly number[])[];
}

/** Indices (row-major) of the pixels whose centres lie inside an outline. */
export function pixelsInside(
  { type, points }: Outline,
  { rows, columns }: { rows: number; columns: number },
): number[] {
  const xs = points.map(([x = 0]) => x);
  const ys = points.map(([, y = 0]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const isInside =
    type === 'rectangle'
      ? () => true
      : type === 'ellipse'
        ? (x: number, y: number) => isInEllipse(x, y, left, right, top, bottom)
        : (x: number, y: number) => isInPolygon(x, y, points);
  const found: number[] = [];
  for (let y = Math.max(0, Math.ceil(top)); y <= Math.min(rows - 1, Math.floor(bottom)); y++)
    for (let x = Math.max(0, Math.ceil(left)); x <= Math.min(columns - 1, Math.floor(right)); x++)
      if (isInside(x, y)) found.push(y * columns + x);
  return found;
}

function isInEllipse(x: number, y: number, left: number, right: number, top: number, bottom: number): boolean {
  const [a, b] = [(right - left) / 2, (bottom - top) / 2];
  if (a === 0 || b === 0) return true;
  return ((x - left - a) / a) ** 2 + ((y - top - b) / b) ** 2 <= 1;
}

/** Even-odd rule. */
function isInPolygon(x: number, y: number, points: Outline['points']): boolean {
  let isInside = false;
  let [fromX = 0, fromY = 0] = points.at(-1) ?? [];
  for (const [toX = 0, toY = 0] of points) {
    const crosses = toY > y !== fromY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX;
    if (crosses) isInside = !isInside;
    [fromX, fromY] = [toX, toY];
  }
  return isInside;
}
