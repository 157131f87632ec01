/**
 * Patient geometry (DICOM PS3.3 C.7.6.2). Pixel centres lie at integer indices; patient coordinates are LPS in mm
 * (x to the patient's Left, y to Posterior, z to Superior).
 */

/** [column, row, slice]: column runs along a row, pixel centres at integers. Never mix with PatientPoint. */
export type IndexPoint = readonly [column: number, row: number, slice: number] & { readonly space?: 'index' };
/** [x, y, z] in mm, LPS. */
export type PatientPoint = readonly [x: number, y: number, z: number] & { readonly space?: 'patient' };
/** A direction or displacement in patient space. */
export type Vector3 = readonly [x: number, y: number, z: number];
/** Row-major 4x4 matrix; maps a column vector. */
export type Affine = readonly [Row4, Row4, Row4, Row4];
type Row4 = readonly [number, number, number, number];
/** ImageOrientationPatient: direction of rising column index, then of rising row index. */
export type Orientation = readonly [number, number, number, number, number, number];

/** The plane of one frame. `pixelSpacing` is [between rows, between columns] in mm. */
export interface PlaneGeometry {
  readonly position: PatientPoint;
  readonly orientation: Orientation;
  readonly pixelSpacing: readonly [rowSpacing: number, columnSpacing: number];
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function add(a: Vector3, b: Vector3): Vector3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vector3, factor: number): Vector3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function length(a: Vector3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** Unit vector; a zero vector stays zero. */
export function normalize(a: Vector3): Vector3 {
  const size = length(a);
  return size === 0 ? a : scale(a, 1 / size);
}

/** Direction of rising column index. */
export function rowDirection(orientation: Orientation): Vector3 {
  return [orientation[0], orientation[1], orientation[2]];
}

/** Direction of rising row index. */
export function columnDirection(orientation: Orientation): Vector3 {
  return [orientation[3], orientation[4], orientation[5]];
}

/** Unit normal of the image plane: row direction x column direction. */
export function planeNormal(orientation: Orientation): Vector3 {
  return normalize(cross(rowDirection(orientation), columnDirection(orientation)));
}

/** mm of a frame's origin along a normal. */
export function positionAlong(normal: Vector3, position: PatientPoint): number {
  return dot(normal, position);
}

/** Degrees between two directions, 0..180. */
export function angleDegrees(a: Vector3, b: Vector3): number {
  const cosine = dot(normalize(a), normalize(b));
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

/** Affine of one plane; `sliceStep` is the displacement in mm from one slice to the next (PS3.3 C.7.6.2.1.1). */
export function planeAffine(plane: PlaneGeometry, sliceStep: Vector3): Affine {
  const [rowSpacing, columnSpacing] = plane.pixelSpacing;
  const alongColumns = scale(rowDirection(plane.orientation), columnSpacing);
  const alongRows = scale(columnDirection(plane.orientation), rowSpacing);
  const origin = plane.position;
  return [
    [alongColumns[0], alongRows[0], sliceStep[0], origin[0]],
    [alongColumns[1], alongRows[1], sliceStep[1], origin[1]],
    [alongColumns[2], alongRows[2], sliceStep[2], origin[2]],
    [0, 0, 0, 1],
  ];
}

/** Index -> patient mm. */
export function toPatient(affine: Affine, point: IndexPoint): PatientPoint {
  const [column, row, slice] = point;
  const along = (r: Row4) => r[0] * column + r[1] * row + r[2] * slice + r[3];
  return [along(affine[0]), along(affine[1]), along(affine[2])];
}

/** Patient mm -> index (fractional). Undefined where the affine is singular. */
export function toIndex(affine: Affine, point: PatientPoint): IndexPoint | undefined {
  const a: Vector3 = [affine[0][0], affine[1][0], affine[2][0]];
  const b: Vector3 = [affine[0][1], affine[1][1], affine[2][1]];
  const c: Vector3 = [affine[0][2], affine[1][2], affine[2][2]];
  const determinant = dot(a, cross(b, c));
  if (Math.abs(determinant) < 1e-12) return undefined;
  const offset = subtract(point, [affine[0][3], affine[1][3], affine[2][3]]);
  return [
    dot(offset, cross(b, c)) / determinant,
    dot(offset, cross(c, a)) / determinant,
    dot(offset, cross(a, b)) / determinant,
  ];
}

/**
 * Letters (R L A P H F) of the patient side a direction points to, strongest first, at most two; '' for none.
 * Components below 0.2 are left out, so that near-orthogonal images get one letter (PS3.3 C.7.6.1.1.1).
 */
export function orientationLetters(direction: Vector3): string {
  const sides: readonly (readonly [number, string])[] = [
    [direction[0], direction[0] < 0 ? 'R' : 'L'],
    [direction[1], direction[1] < 0 ? 'A' : 'P'],
    [direction[2], direction[2] < 0 ? 'F' : 'H'],
  ];
  return sides
    .filter(([size]) => Math.abs(size) > 0.2)
    .sort((p, q) => Math.abs(q[0]) - Math.abs(p[0]))
    .slice(0, 2)
    .map(([, letter]) => letter)
    .join('');
}
