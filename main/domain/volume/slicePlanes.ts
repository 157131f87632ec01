import {
  add,
  dot,
  type Orientation,
  type PatientPoint,
  scale,
  subtract,
  toPatient,
  type Vector3,
} from '../geometry.ts';
import type { ImagePlane } from './imagePlane.ts';
import { sliceNormal, type Triad, type VolumeShape, volumeCentre, voxelSpacing } from './volume.ts';

export const planeNames = ['axial', 'coronal', 'sagittal'] as const;
export type PlaneName = (typeof planeNames)[number];

/** Parallel cuts through a whole volume: square pixels, `step` mm apart, the same frame for all. */
export interface PlaneSet {
  readonly name: PlaneName;
  readonly orientation: Orientation;
  /** Unit vector from one cut to the next. */
  readonly normal: Vector3;
  /** Centre of the first pixel of the first cut. */
  readonly origin: PatientPoint;
  readonly pixelMm: number;
  /** mm between cuts; of cuts along uneven slices (`offsetsMm`) on average. */
  readonly stepMm: number;
  /** mm from the first cut to each, where cuts lie on slices at uneven distances. */
  readonly offsetsMm?: readonly number[];
  readonly columns: number;
  readonly rows: number;
  readonly count: number;
}

const mostPixels = 1024;

/** Seen as usual: axial from the feet, coronal from the front, sagittal from the left (PS3.3 C.7.6.2.1.1 directions). */
function viewOf(name: PlaneName, { left, back, head }: Triad): { right: Vector3; down: Vector3; normal: Vector3 } {
  if (name === 'axial') return { right: left, down: back, normal: head };
  if (name === 'coronal') return { right: left, down: scale(head, -1), normal: back };
  return { right: back, down: scale(head, -1), normal: left };
}

/** The cuts of one name that together hold the volume. Pixels are as fine as the finest voxel edge. */
export function planeSet(volume: VolumeShape, triad: Triad, name: PlaneName): PlaneSet {
  const { right, down, normal } = viewOf(name, triad);
  const [across, along, deep] = [right, down, normal].map((direction) => extentAlong(volume, direction));
  const finest = Math.min(...voxelSpacing(volume));
  const pixelMm = Math.max(finest, ((across ?? 0) * 2) / mostPixels, ((along ?? 0) * 2) / mostPixels);
  const stepMm = stepAlong(volume, normal);
  const offsetsMm = acquiredOffsets(volume, normal, stepMm);
  // Grids of an even number have no pixel in the middle: the cut then lies half a step beside it, on the acquired pixels.
  const fitting = (reach: number | undefined, mm: number): number => Math.floor((2 * (reach ?? 0)) / mm + 1e-6) + 1;
  const [columns, rows, evenly] = [fitting(across, pixelMm), fitting(along, pixelMm), fitting(deep, stepMm)];
  const offset = (steps: number, mm: number, direction: Vector3): Vector3 => scale(direction, -((steps - 1) / 2) * mm);
  const origin = [offset(columns, pixelMm, right), offset(rows, pixelMm, down), offset(evenly, stepMm, normal)];
  return {
    name,
    orientation: [...right, ...down] as unknown as Orientation,
    normal,
    origin: origin.reduce<PatientPoint>((sum, part) => add(sum, part), volumeCentre(volume)),
    pixelMm,
    stepMm,
    columns,
    rows,
    count: offsetsMm?.length ?? evenly,
    ...(offsetsMm ? { offsetsMm } : {}),
  };
}

/** Along uneven slices a cut lies on each, so that they are shown as they are; undefined for other cuts. */
function acquiredOffsets(volume: VolumeShape, normal: Vector3, stepMm: number): readonly number[] | undefined {
  const { sliceAt, slices } = volume;
  if (!sliceAt) return undefined;
  const along = dot(normal, sliceNormal(volume));
  if (Math.abs(along) < 1 - 1e-6) return undefined;
  return along > 0
    ? sliceAt.map((slice) => slice * stepMm)
    : sliceAt.map((slice) => (slices - 1 - slice) * stepMm).reverse();
}

/** Half the mm that voxel centres take up along a direction. */
function extentAlong(volume: VolumeShape, direction: Vector3): number {
  const [c, r, s] = [volume.columns - 1, volume.rows - 1, volume.slices - 1];
  const first = toPatient(volume.affine, [0, 0, 0]);
  const ends = [
    toPatient(volume.affine, [c, 0, 0]),
    toPatient(volume.affine, [0, r, 0]),
    toPatient(volume.affine, [0, 0, s]),
  ];
  return ends.reduce((sum, end) => sum + Math.abs(dot(subtract(end, first), direction)), 0) / 2;
}

/** The spacing of the voxel axis nearest to the direction, so that straight cuts meet the acquired slices. */
function stepAlong(volume: VolumeShape, direction: Vector3): number {
  const spacing = voxelSpacing(volume);
  const { affine } = volume;
  const cosine = (i: 0 | 1 | 2): number =>
    Math.abs(dot([affine[0][i], affine[1][i], affine[2][i]], direction)) / (spacing[i] || 1);
  const nearest = ([0, 1, 2] as const).reduce((best, i) => (cosine(i) > cosine(best) ? i : best));
  return spacing[nearest];
}

/** One cut of a set as a plane in the patient. */
export function planeAt(set: PlaneSet, index: number, frameOfReferenceUid: string): ImagePlane {
  return {
    position: add(set.origin, scale(set.normal, set.offsetsMm?.[index] ?? index * set.stepMm)),
    orientation: set.orientation,
    pixelSpacing: [set.pixelMm, set.pixelMm],
    rows: set.rows,
    columns: set.columns,
    frameOfReferenceUid,
  };
}

/** The cut nearest to a patient point. */
export function indexOf(set: PlaneSet, point: PatientPoint): number {
  const mm = dot(subtract(point, set.origin), set.normal);
  if (set.offsetsMm) return nearest(set.offsetsMm, mm);
  const steps = mm / set.stepMm;
  return Math.min(set.count - 1, Math.max(0, Math.round(steps)));
}

const nearest = (values: readonly number[], to: number): number =>
  values.reduce((best, value, i) => (Math.abs(value - to) < Math.abs((values[best] ?? 0) - to) ? i : best), 0);
