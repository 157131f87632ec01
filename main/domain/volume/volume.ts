import {
  type Affine,
  cross,
  dot,
  length,
  normalize,
  type PatientPoint,
  scale,
  toPatient,
  type Vector3,
} from '../geometry.ts';
import { type GridShape, shearOf } from './shear.ts';

/** A grid, column fastest, then row, then slice. */
export interface VolumeShape extends GridShape {
  /**
   * Where the acquired slices lie, in slices of the grid: ascending, from 0 to `slices` - 1. Absent where each slice of the
   * grid was acquired; else (`EvenGrid`) the voxels are those of the acquired slices.
   */
  readonly sliceAt?: readonly number[];
}

/** Value = slope * voxel + intercept; the acquired slices in order. */
export interface Volume extends VolumeShape {
  readonly voxels: Int16Array | Uint16Array;
}

/** Slices that have voxels. */
export const acquiredSlices = ({ slices, sliceAt }: VolumeShape): number => sliceAt?.length ?? slices;

/** mm from one voxel centre to the next: between columns, rows, and from slice to slice along their normal. */
export function voxelSpacing(shape: VolumeShape): Vector3 {
  const { affine } = shape;
  const [columns, rows, steps] = [axis(affine, 0), axis(affine, 1), axis(affine, 2)];
  const along = shearOf(shape) ? Math.abs(dot(steps, normalize(cross(columns, rows)))) : length(steps);
  return [length(columns), length(rows), along];
}

/** Patient mm of the point in the middle of all voxel centres. */
export const volumeCentre = ({ affine, columns, rows, slices }: VolumeShape): PatientPoint =>
  toPatient(affine, [(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2]);

/** Right-handed unit vectors of a patient-like frame: towards the left hand, the back and the head. */
export interface Triad {
  readonly left: Vector3;
  readonly back: Vector3;
  readonly head: Vector3;
}

/**
 * The axes of the acquired slices and their normal, each named after the patient axis it is nearest to and pointing the
 * same way. Cuts along them meet the acquired pixels, of sheared stacks within the slices only; for a straight
 * acquisition they are the patient's axes.
 */
export function gridTriad({ affine }: VolumeShape): Triad {
  const along = normalize(axis(affine, 0));
  const normal = normalize(cross(along, axis(affine, 1)));
  const axes = [along, cross(normal, along), sliceNormal({ affine })];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const;
  const agreement = (order: readonly number[]): number =>
    order.reduce((sum, from, to) => sum + Math.abs(axes[from]?.[to] ?? 0), 0);
  const best = [...orders].sort((a, b) => agreement(b) - agreement(a))[0] ?? [0, 1, 2];
  const named = best.map((from, to): Vector3 => {
    const direction = axes[from] ?? [0, 0, 0];
    return (direction[to] ?? 0) < 0 ? scale(direction, -1) : direction;
  });
  const [left = [1, 0, 0], back = [0, 1, 0], head = [0, 0, 1]] = named;
  return { left, back, head };
}

/** Unit normal of the slices, towards the later ones. */
export function sliceNormal({ affine }: Pick<VolumeShape, 'affine'>): Vector3 {
  const normal = normalize(cross(axis(affine, 0), axis(affine, 1)));
  return dot(normal, axis(affine, 2)) < 0 ? scale(normal, -1) : normal;
}

/** Turns a triad about its own left axis (`tilt`), then about its own head axis (`turn`); degrees, right-handed. */
export function turnTriad(triad: Triad, tilt: number, turn: number): Triad {
  const back = rotate(triad.back, triad.left, tilt);
  const head = rotate(triad.head, triad.left, tilt);
  return { head, left: rotate(triad.left, head, turn), back: rotate(back, head, turn) };
}

/** Rodrigues' rotation about a unit axis. */
function rotate(v: Vector3, about: Vector3, degrees: number): Vector3 {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const along = dot(about, v) * (1 - cosine);
  const [x, y, z] = about;
  return [
    v[0] * cosine + (y * v[2] - z * v[1]) * sine + x * along,
    v[1] * cosine + (z * v[0] - x * v[2]) * sine + y * along,
    v[2] * cosine + (x * v[1] - y * v[0]) * sine + z * along,
  ];
}

const axis = (affine: Affine, i: 0 | 1 | 2): Vector3 => [affine[0][i], affine[1][i], affine[2][i]];
