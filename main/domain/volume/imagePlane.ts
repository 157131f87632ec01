import {
  add,
  columnDirection,
  dot,
  type PatientPoint,
  type PlaneGeometry,
  planeNormal,
  rowDirection,
  scale,
  subtract,
} from '../geometry.ts';

/** A rectangle of pixels in the patient (DICOM PS3.3 C.7.6.2). `position` is the centre of its first pixel. */
export interface ImagePlane extends PlaneGeometry {
  readonly rows: number;
  readonly columns: number;
  readonly frameOfReferenceUid: string;
}

/** Column and row on a plane, pixel centres at integers. */
export type PlanePoint = readonly [column: number, row: number];

/** Patient mm of a pixel. */
export function patientPointOn(plane: PlaneGeometry, [column, row]: PlanePoint): PatientPoint {
  const [rowMm, columnMm] = plane.pixelSpacing;
  const across = scale(rowDirection(plane.orientation), column * columnMm);
  const down = scale(columnDirection(plane.orientation), row * rowMm);
  return add(plane.position, add(across, down));
}

/** Foot of the perpendicular from a patient point, in pixels of the plane. */
export function projectOnto(plane: PlaneGeometry, point: PatientPoint): PlanePoint {
  const [rowMm, columnMm] = plane.pixelSpacing;
  const offset = subtract(point, plane.position);
  return [
    dot(offset, rowDirection(plane.orientation)) / columnMm,
    dot(offset, columnDirection(plane.orientation)) / rowMm,
  ];
}

/** Signed mm of a patient point before (+) or behind (-) the plane, along its normal. */
export const distanceFrom = (plane: PlaneGeometry, point: PatientPoint): number =>
  dot(subtract(point, plane.position), planeNormal(plane.orientation));

/** Planes that meet at less than this angle give a line that says nothing about the slice. */
const smallestAngleCosine = Math.cos(Math.PI / 6);

/**
 * Where the rectangle of `reference` cuts the plane of `target`, as two points in pixels of the target. Undefined where
 * it does not reach the plane, where the planes are within 30 degrees of parallel or where they belong to different
 * frames of reference (positions are not comparable then, PS3.3 C.7.4.1).
 */
export function referenceLine(
  target: ImagePlane,
  reference: ImagePlane,
): readonly [PlanePoint, PlanePoint] | undefined {
  if (target.frameOfReferenceUid !== reference.frameOfReferenceUid) return undefined;
  const cosine = dot(planeNormal(target.orientation), planeNormal(reference.orientation));
  if (Math.abs(cosine) > smallestAngleCosine) return undefined;
  const corners = cornersOf(reference);
  const crossings = corners.flatMap((from, i) => {
    const to = corners[(i + 1) % corners.length] ?? from;
    const [a, b] = [distanceFrom(target, from), distanceFrom(target, to)];
    // Half open, so that a corner on the plane counts once.
    if (a < 0 === b < 0) return [];
    return [projectOnto(target, add(from, scale(subtract(to, from), a / (a - b))))];
  });
  const [start, end] = crossings;
  return start && end ? [start, end] : undefined;
}

/** Outer edges of the corner pixels, around the rectangle. */
function cornersOf(plane: ImagePlane): PatientPoint[] {
  const [right, bottom] = [plane.columns - 0.5, plane.rows - 0.5];
  const corners: readonly PlanePoint[] = [
    [-0.5, -0.5],
    [right, -0.5],
    [right, bottom],
    [-0.5, bottom],
  ];
  return corners.map((corner) => patientPointOn(plane, corner));
}
