import type { Geometry } from '../../contract/labels.ts';
import { type PlaneGeometry, planeAffine, planeNormal, toIndex } from '../../domain/geometry.ts';
import type { CandidateLabel, LesionPlace } from './candidates.ts';

type ColumnRow = readonly [number, number];

function imagePoints(geometry: Geometry, plane: PlaneGeometry | undefined): readonly ColumnRow[] | undefined {
  if (geometry.space === 'image') return geometry.points.map(([column = 0, row = 0]) => [column, row]);
  if (!plane) return undefined;
  const affine = planeAffine(plane, planeNormal(plane.orientation));
  const points = geometry.points.map(([x = 0, y = 0, z = 0]) => toIndex(affine, [x, y, z]));
  return points.every((point) => point !== undefined) ? points.map(([column, row]) => [column, row]) : undefined;
}

/** Where a lesion lies on its frame, pixels; undefined where patient coordinates meet a frame without a plane. */
export function lesionPlace(geometry: Geometry, plane: PlaneGeometry | undefined): LesionPlace | undefined {
  const points = imagePoints(geometry, plane);
  if (!points) return undefined;
  const columns = points.map(([column]) => column);
  const rows = points.map(([, row]) => row);
  const [left, right] = [Math.min(...columns), Math.max(...columns)];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
  return { centre: [(left + right) / 2, (top + bottom) / 2], extent: Math.max(right - left, bottom - top) };
}

export interface PlacedLesion {
  readonly label: CandidateLabel;
  readonly place: LesionPlace;
}

/** The same lesion as drawn by one or more readers. */
export interface LesionGroup {
  readonly lesions: readonly PlacedLesion[];
  readonly place: LesionPlace;
}

const isSameLesion = (a: LesionPlace, b: LesionPlace): boolean =>
  Math.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1]) < Math.max(1, Math.min(a.extent, b.extent) / 2);

const byReaderThenPlace = (a: PlacedLesion, b: PlacedLesion): number =>
  a.label.readerName.localeCompare(b.label.readerName, 'en') ||
  a.place.centre[1] - b.place.centre[1] ||
  a.place.centre[0] - b.place.centre[0];

/**
 * Joins lesions of different readers on one frame whose centres are closer than half the smaller extent, so that double
 * reading gives one case with two answers, not two cases. A reader's own lesions are never joined. The place is the
 * first reader's by name.
 */
export function matchLesions(lesions: readonly PlacedLesion[]): LesionGroup[] {
  const groups: PlacedLesion[][] = [];
  for (const lesion of [...lesions].sort(byReaderThenPlace)) {
    const home = groups.find(
      (group) =>
        group.every((other) => other.label.readerName !== lesion.label.readerName) &&
        group.some((other) => isSameLesion(other.place, lesion.place)),
    );
    if (home) home.push(lesion);
    else groups.push([lesion]);
  }
  return groups.flatMap((group) => (group[0] ? [{ lesions: group, place: group[0].place }] : []));
}
