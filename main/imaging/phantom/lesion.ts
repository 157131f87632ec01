import { between, type Canvas, coverage, forVoxelsNear, type Point, type Stream } from './canvas.ts';
import { paintTube, type Tube } from './tube.ts';

/** A solid with a wavy outline: r(direction) = ellipsoid * (1 + waves), plus strands that leave it radially. */
export interface Lesion {
  readonly centre: Point;
  /** Diameter in mm of the sphere of the same volume, strands included. */
  readonly diameterMm: number;
  readonly axes: Point;
  readonly waves: readonly { readonly direction: Point; readonly height: number }[];
  readonly strands: readonly Tube[];
}

export interface LesionRecipe {
  readonly centre: Point;
  readonly diameterMm: number;
  /** Relative height of the waves of the outline; 0 is an ellipsoid. */
  readonly waviness: number;
  readonly strandCount: number;
  /** Length of the strands outside the solid, as a share of its radius. */
  readonly strandLength: readonly [number, number];
  readonly strandRadiusMm: number;
}

const WAVES = 7;

function unitVector(next: Stream, flatness: number): Point {
  const azimuth = 2 * Math.PI * next();
  const height = between(next, -flatness, flatness);
  const across = Math.sqrt(1 - height * height);
  return [across * Math.cos(azimuth), across * Math.sin(azimuth), height];
}

/**
 * A lesion of a given volume: what the strands take is taken off the solid, so that classes that differ in their strands do
 * not differ in size.
 */
export function makeLesion(recipe: LesionRecipe, next: Stream): Lesion {
  const radius = recipe.diameterMm / 2;
  const directions = strandDirections(recipe.strandCount, next);
  const lengths = directions.map(() => radius * between(next, ...recipe.strandLength));
  const strandVolume = lengths.reduce((sum, length) => sum + Math.PI * recipe.strandRadiusMm ** 2 * 0.55 * length, 0);
  const core = Math.cbrt(Math.max(radius ** 3 * 0.5, radius ** 3 - (strandVolume * 3) / (4 * Math.PI)));
  const [a, b] = [between(next, 0.88, 1.14), between(next, 0.88, 1.14)];
  const axes: Point = [core * a, core * b, core / (a * b)];
  const waves = Array.from({ length: WAVES }, () => ({
    direction: unitVector(next, 0.8),
    height: recipe.waviness * between(next, -1, 1),
  }));
  const lesion = { centre: recipe.centre, diameterMm: recipe.diameterMm, axes, waves, strands: [] };
  const strands = directions.map((direction, i): Tube => {
    const end = radiusAlong(lesion, direction) + (lengths[i] ?? 0);
    const along = (mm: number): Point => [
      recipe.centre[0] + direction[0] * mm,
      recipe.centre[1] + direction[1] * mm,
      recipe.centre[2] + direction[2] * mm,
    ];
    return {
      from: along(core * 0.5),
      to: along(end),
      radiusFromMm: recipe.strandRadiusMm,
      radiusToMm: recipe.strandRadiusMm * 0.3,
    };
  });
  return { ...lesion, strands };
}

/** Directions spread around the axial plane, where thick slices can show them. */
function strandDirections(count: number, next: Stream): Point[] {
  const phase = next();
  return Array.from({ length: count }, (_, i) => {
    const azimuth = (2 * Math.PI * (i + phase + between(next, -0.3, 0.3))) / count;
    const height = between(next, -0.3, 0.3);
    const across = Math.sqrt(1 - height * height);
    return [across * Math.cos(azimuth), across * Math.sin(azimuth), height];
  });
}

/** Distance in mm from the centre to the surface of the solid along a unit direction. */
function radiusAlong(lesion: Pick<Lesion, 'axes' | 'waves'>, direction: Point): number {
  const [a, b, c] = lesion.axes;
  const [x, y, z] = direction;
  const ellipsoid = 1 / Math.hypot(x / a, y / b, z / c);
  let factor = 1;
  for (const wave of lesion.waves) {
    const cosine = x * wave.direction[0] + y * wave.direction[1] + z * wave.direction[2];
    // Even in the direction: the solid is symmetric about its centre, which therefore is its centroid.
    factor += wave.height * cosine ** 6;
  }
  return ellipsoid * factor;
}

/** Paints the lesion over what is there; `valueAt` gives its tissue. The mask takes every voxel at least half covered. */
export function paintLesion(
  canvas: Canvas,
  lesion: Lesion,
  valueAt: (x: number, y: number, z: number) => number,
): void {
  const { grid, values, mask } = canvas;
  const reach = Math.max(...lesion.axes) * 1.6;
  forVoxelsNear(grid, lesion.centre, lesion.centre, reach, (at, x, y, z) => {
    const offset: Point = [x - lesion.centre[0], y - lesion.centre[1], z - lesion.centre[2]];
    const distance = Math.hypot(...offset);
    const direction: Point =
      distance === 0 ? [1, 0, 0] : [offset[0] / distance, offset[1] / distance, offset[2] / distance];
    const share = coverage(radiusAlong(lesion, direction) - distance, grid.pixelMm);
    if (share === 0) return;
    values[at] = (values[at] ?? 0) * (1 - share) + valueAt(x, y, z) * share;
    if (share >= 0.5) mask[at] = 1;
  });
  for (const strand of lesion.strands) {
    paintTube(canvas, strand, (at, share, x, y, z) => {
      const before = values[at] ?? 0;
      values[at] = Math.max(before, before * (1 - share) + valueAt(x, y, z) * share);
      if (share >= 0.5) mask[at] = 1;
    });
  }
}

/** Outline of the solid in the plane z (mm) as [x, y] points, the way a reader would circle it; empty where z misses it. */
export function outlineAt(lesion: Lesion, z: number, points: number): [number, number][] {
  const dz = z - lesion.centre[2];
  const outline: [number, number][] = [];
  for (let i = 0; i < points; i++) {
    const azimuth = (2 * Math.PI * i) / points;
    const reach = reachInPlane(lesion, azimuth, dz);
    if (reach === undefined) return [];
    outline.push([lesion.centre[0] + reach * Math.cos(azimuth), lesion.centre[1] + reach * Math.sin(azimuth)]);
  }
  return outline;
}

/** By bisection; the solid is star-shaped about its centre and nearly so about the axis through it. */
function reachInPlane(lesion: Lesion, azimuth: number, dz: number): number | undefined {
  const isInside = (reach: number): boolean => {
    const distance = Math.hypot(reach, dz);
    if (distance === 0) return true;
    const direction: Point = [
      (reach * Math.cos(azimuth)) / distance,
      (reach * Math.sin(azimuth)) / distance,
      dz / distance,
    ];
    return distance <= radiusAlong(lesion, direction);
  };
  if (!isInside(0)) return undefined;
  let low = 0;
  let high = Math.max(...lesion.axes) * 2;
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (isInside(middle)) low = middle;
    else high = middle;
  }
  return low;
}
