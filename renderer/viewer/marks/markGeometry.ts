import type { ImagePoint } from '../viewTransform.ts';
import type { MarkType } from './mark.ts';

interface ImageShape {
  readonly rows: number;
  readonly columns: number;
}

/** Keeps a point on the image, which reaches half a pixel beyond the outer pixel centres. */
export const clampPoint = ([column, row]: ImagePoint, image: ImageShape): ImagePoint => [
  Math.min(image.columns - 0.5, Math.max(-0.5, column)),
  Math.min(image.rows - 0.5, Math.max(-0.5, row)),
];

/** Where a mark can be taken hold of. Boxes have four corners though two are stored. */
export function handlesOf(type: MarkType, points: readonly ImagePoint[]): readonly ImagePoint[] {
  const [a, b] = points;
  if ((type === 'ellipse' || type === 'rectangle') && a && b)
    return [
      [a[0], a[1]],
      [b[0], a[1]],
      [b[0], b[1]],
      [a[0], b[1]],
    ];
  return points;
}

/** The points after dragging handle `index` to `to`. */
export function moveHandle(
  type: MarkType,
  points: readonly ImagePoint[],
  index: number,
  to: ImagePoint,
): readonly ImagePoint[] {
  const [a, b] = points;
  if ((type === 'ellipse' || type === 'rectangle') && a && b) {
    const holdsLeft = index === 0 || index === 3;
    const holdsTop = index === 0 || index === 1;
    return [
      [holdsLeft ? to[0] : a[0], holdsTop ? to[1] : a[1]],
      [holdsLeft ? b[0] : to[0], holdsTop ? b[1] : to[1]],
    ];
  }
  return points.map((point, i) => (i === index ? to : point));
}

/** The points moved together, stopped where one would leave the image. */
export function translate(
  points: readonly ImagePoint[],
  dx: number,
  dy: number,
  image: ImageShape,
): readonly ImagePoint[] {
  const columns = points.map(([column]) => column);
  const rows = points.map(([, row]) => row);
  const limit = (step: number, least: number, most: number, size: number): number =>
    Math.min(size - 0.5 - most, Math.max(-0.5 - least, step));
  const x = limit(dx, Math.min(...columns), Math.max(...columns), image.columns);
  const y = limit(dy, Math.min(...rows), Math.max(...rows), image.rows);
  return points.map(([column, row]) => [column + x, row + y]);
}

/** What a drag from `from` to `to` draws; a bidirectional gets its short axis across the middle, half as long. */
export function draftPoints(
  type: MarkType,
  from: ImagePoint,
  to: ImagePoint,
  path: readonly ImagePoint[],
): readonly ImagePoint[] {
  if (type === 'polygon') return path;
  if (type !== 'bidirectional') return [from, to];
  const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const [dx, dy] = [(to[0] - from[0]) / 4, (to[1] - from[1]) / 4];
  return [from, to, [mx - dy, my + dx], [mx + dy, my - dx]];
}

/** Whether something was drawn and not only clicked. */
export function isDrawn(type: MarkType, points: readonly ImagePoint[]): boolean {
  const columns = points.map(([column]) => column);
  const rows = points.map(([, row]) => row);
  const width = Math.max(...columns) - Math.min(...columns);
  const height = Math.max(...rows) - Math.min(...rows);
  if (type === 'length' || type === 'bidirectional') return Math.hypot(width, height) >= 1;
  return width >= 1 && height >= 1 && (type !== 'polygon' || points.length >= 3);
}

/**
 * A bidirectional's first pair is its long axis, whatever was dragged last. `lengthOf` measures in mm where it can, as
 * pixels need not be square.
 */
export function inStoredOrder(
  type: MarkType,
  points: readonly ImagePoint[],
  lengthOf: (a: ImagePoint, b: ImagePoint) => number,
): readonly ImagePoint[] {
  const [a, b, c, d] = points;
  if (type !== 'bidirectional' || !a || !b || !c || !d) return points;
  return lengthOf(a, b) >= lengthOf(c, d) ? points : [c, d, a, b];
}

/** Leaves out vertices nearer than `tolerance` pixels to the line through those kept (Douglas and Peucker 1973). */
export function simplify(points: readonly ImagePoint[], tolerance: number): readonly ImagePoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return points;
  let farthest = 0;
  let at = 0;
  points.forEach((point, i) => {
    const away = distanceToLine(point, first, last);
    if (away > farthest) [farthest, at] = [away, i];
  });
  if (farthest <= tolerance) return [first, last];
  const before = simplify(points.slice(0, at + 1), tolerance);
  return [...before.slice(0, -1), ...simplify(points.slice(at), tolerance)];
}

function distanceToLine([x, y]: ImagePoint, a: ImagePoint, b: ImagePoint): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0) return Math.hypot(x - a[0], y - a[1]);
  return Math.abs((x - a[0]) * dy - (y - a[1]) * dx) / length;
}
