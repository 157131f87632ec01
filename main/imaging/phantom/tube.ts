import { between, type Canvas, coverage, forVoxelsNear, type Point, type Stream } from './canvas.ts';

/** A cone with round ends between two points, mm. */
export interface Tube {
  readonly from: Point;
  readonly to: Point;
  readonly radiusFromMm: number;
  readonly radiusToMm: number;
}

const lower = (a: Point, b: Point): Point => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])];
const upper = (a: Point, b: Point): Point => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];

/** Calls `paint` with the covered share (0..1] of every voxel that the tube touches. */
export function paintTube(
  canvas: Canvas,
  tube: Tube,
  paint: (at: number, share: number, x: number, y: number, z: number) => void,
): void {
  const { grid } = canvas;
  const { from, to, radiusFromMm, radiusToMm } = tube;
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const squared = dx * dx + dy * dy + dz * dz;
  const reach = Math.max(radiusFromMm, radiusToMm) + grid.pixelMm;
  forVoxelsNear(grid, lower(from, to), upper(from, to), reach, (at, x, y, z) => {
    const [ox, oy, oz] = [x - from[0], y - from[1], z - from[2]];
    const t = squared === 0 ? 0 : Math.min(1, Math.max(0, (ox * dx + oy * dy + oz * dz) / squared));
    const [ex, ey, ez] = [ox - t * dx, oy - t * dy, oz - t * dz];
    const radius = radiusFromMm + t * (radiusToMm - radiusFromMm);
    // A tube thinner than a pixel covers less than one: its peak is damped to its width.
    const inside = radius - Math.sqrt(ex * ex + ey * ey + ez * ez);
    const share = coverage(inside, grid.pixelMm) * Math.min(1, (2.4 * radius) / grid.pixelMm);
    if (share > 0) paint(at, share, x, y, z);
  });
}

export interface TreeRecipe {
  readonly start: Point;
  readonly direction: Point;
  readonly lengthMm: number;
  readonly radiusMm: number;
  readonly generations: number;
  /** 1 branches in all directions, 0 in the x-y plane only. */
  readonly depth: number;
}

/** A branching tree of tubes, as vessels leave a hilum: each branch forks in two that are thinner and shorter. */
export function branchingTree(recipe: TreeRecipe, next: Stream): Tube[] {
  const { start, direction, lengthMm, radiusMm, generations, depth } = recipe;
  if (generations === 0) return [];
  const size = Math.hypot(...direction);
  const length = lengthMm * between(next, 0.75, 1.25);
  const along = (axis: 0 | 1 | 2): number => start[axis] + (direction[axis] / size) * length;
  const end: Point = [along(0), along(1), along(2)];
  const tubes: Tube[] = [{ from: start, to: end, radiusFromMm: radiusMm, radiusToMm: radiusMm * 0.8 }];
  for (const side of [-1, 1]) {
    const turn = side * between(next, 0.25, 0.75);
    const [x, y] = [direction[0] / size, direction[1] / size];
    const turned: Point = [
      x * Math.cos(turn) - y * Math.sin(turn),
      x * Math.sin(turn) + y * Math.cos(turn),
      (direction[2] / size + between(next, -0.7, 0.7)) * depth,
    ];
    const child = { lengthMm: lengthMm * 0.8, radiusMm: radiusMm * 0.74, generations: generations - 1, depth };
    tubes.push(...branchingTree({ start: end, direction: turned, ...child }, next));
  }
  return tubes;
}
