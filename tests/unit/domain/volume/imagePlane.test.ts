import { describe, expect, it } from 'vitest';
import type { Orientation, PatientPoint } from '../../../../main/domain/geometry.ts';
import {
  distanceFrom,
  type ImagePlane,
  patientPointOn,
  projectOnto,
  referenceLine,
} from '../../../../main/domain/volume/imagePlane.ts';

const plane = (position: PatientPoint, orientation: Orientation, change: Partial<ImagePlane> = {}): ImagePlane => ({
  position,
  orientation,
  pixelSpacing: [2, 0.5],
  rows: 50,
  columns: 200,
  frameOfReferenceUid: '1.2',
  ...change,
});
const axial = plane([-50, -50, 30], [1, 0, 0, 0, 1, 0]);
const sagittal = plane([7, -50, 80], [0, 1, 0, 0, 0, -1]);
const oblique = plane([3, 4, 5], [Math.SQRT1_2, 0, Math.SQRT1_2, 0, 1, 0]);

describe('points of a plane', () => {
  it('multiplies the column with the spacing between columns and comes back', () => {
    expect(patientPointOn(axial, [10, 20])).toEqual([-45, -10, 30]);
    const [column, row] = projectOnto(oblique, patientPointOn(oblique, [33.5, -7]));
    expect(column).toBeCloseTo(33.5, 10);
    expect(row).toBeCloseTo(-7, 10);
    expect(distanceFrom(axial, [0, 0, 42])).toBe(12);
    expect(distanceFrom(sagittal, [9, 0, 0])).toBe(-2);
  });
});

describe('referenceLine', () => {
  it('draws a sagittal slice on an axial one as an upright line at its x', () => {
    const line = referenceLine(axial, sagittal);
    expect(line?.map(([column]) => column)).toEqual([114, 114]); // (7 - -50) / 0.5
    const rows = line?.map(([, row]) => row).sort((a, b) => a - b);
    expect(rows?.[0]).toBeCloseTo(-0.125, 9); // the outer edge of its first column, 0.25 mm before its centre
    expect(rows?.[1]).toBeCloseTo(49.875, 9);
  });

  it('draws the axial slice on the sagittal one at its height', () => {
    for (const [, row] of referenceLine(sagittal, axial) ?? []) expect(row).toBeCloseTo((80 - 30) / 2, 9);
  });

  it('lies in both planes for oblique slices', () => {
    const line = referenceLine(sagittal, { ...oblique, rows: 90 });
    expect(line).toHaveLength(2);
    for (const point of line ?? []) expect(distanceFrom(oblique, patientPointOn(sagittal, point))).toBeCloseTo(0, 9);
  });

  it('is absent beyond the slice, for parallel slices and in another frame of reference', () => {
    expect(referenceLine(plane([-50, -50, 300], [1, 0, 0, 0, 1, 0]), sagittal)).toBeUndefined();
    expect(referenceLine(axial, { ...axial, position: [0, 0, 35] })).toBeUndefined();
    expect(referenceLine(axial, { ...sagittal, frameOfReferenceUid: '1.3' })).toBeUndefined();
  });
});
