import { Geometry } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { type PlaneGeometry, planeAffine, planeNormal, toIndex } from '../../domain/geometry.ts';

/** How far from the plane of its image a point in patient coordinates may lie, mm. */
const LARGEST_OFFSET_MM = 2.5;

const wrong = (message: string): AppError => new AppError('invalid-geometry', message);

const pointCounts: Readonly<Record<Geometry['type'], readonly [least: number, most: number]>> = {
  ellipse: [2, 2],
  rectangle: [2, 2],
  length: [2, 2],
  bidirectional: [4, 4],
  polygon: [3, 10_000],
};

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AppError('invalid-geometry', 'The geometry is no JSON.', { cause: error });
  }
}

export interface ReadGeometry {
  readonly geometry: Geometry;
  /** Named in the JSON, as opposed to the default 1. */
  readonly frame: number | undefined;
}

/**
 * A geometry from its JSON (DESIGN.md 6): the shape's number of points, [column, row] in image space, [x, y, z] mm LPS in
 * patient space. Errors: `invalid-geometry`.
 */
export function readGeometry(json: string): ReadGeometry {
  const value = parseJson(json);
  const parsed = Geometry.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`The geometry is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`);
  }
  const geometry = parsed.data;
  const [least, most] = pointCounts[geometry.type];
  if (geometry.points.length < least || geometry.points.length > most) {
    throw wrong(`A geometry of type ${geometry.type} has ${least === most ? least : `${least} or more`} points.`);
  }
  const dimensions = geometry.space === 'patient' ? 3 : 2;
  if (geometry.points.some((point) => point.length !== dimensions)) {
    throw wrong(`Points in ${geometry.space} space have ${dimensions} numbers.`);
  }
  const isFrameNamed = typeof value === 'object' && value !== null && 'frame' in value;
  return { geometry, frame: isFrameNamed ? geometry.frame : undefined };
}

/**
 * Patient mm to [column, row] of the image with this plane; a geometry in image space stays as it is.
 * Errors: `invalid-geometry` where the image has no position or the points lie off its plane.
 */
export function toImageSpace(geometry: Geometry, plane: PlaneGeometry | undefined): Geometry {
  if (geometry.space === 'image') return geometry;
  if (plane === undefined) throw wrong('The image has no position in the patient, so the points cannot be placed.');
  // With the unit normal as slice step the third index is the distance from the plane in mm.
  const affine = planeAffine(plane, planeNormal(plane.orientation));
  const points = geometry.points.map(([x = 0, y = 0, z = 0]) => {
    const index = toIndex(affine, [x, y, z]);
    if (index === undefined) throw wrong('The plane of the image is not usable.');
    const [column, row, offsetMm] = index;
    if (Math.abs(offsetMm) > LARGEST_OFFSET_MM) {
      throw wrong(`A point lies ${Math.abs(offsetMm).toFixed(1)} mm off the plane of the image.`);
    }
    return [column, row];
  });
  return { ...geometry, space: 'image', points };
}
