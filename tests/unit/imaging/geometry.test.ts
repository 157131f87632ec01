import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orientationLetters, planeAffine, planeNormal, toIndex, toPatient } from '../../../main/domain/geometry.ts';

describe('patient geometry', () => {
  it('maps pixels as PS3.3 C.7.6.2.1.1 says', () => {
    const plane = { position: [10, 20, 30], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [2, 0.5] } as const;
    const affine = planeAffine(plane, [0, 0, 3]);
    // column 4 lies 4 x 0.5 mm to the left, row 5 lies 5 x 2 mm behind, slice 2 lies 6 mm above
    expect(toPatient(affine, [4, 5, 2])).toEqual([12, 30, 36]);
  });

  it('has an exact inverse', () => {
    const affine = planeAffine(
      { position: [-3, 7, 2], orientation: [0, 1, 0, 0, 0, -1], pixelSpacing: [0.7, 0.4] },
      [1.5, 0.2, 0],
    );
    const index = fc.tuple(
      fc.integer({ min: -99, max: 999 }),
      fc.integer({ min: -99, max: 999 }),
      fc.integer({ min: 0, max: 300 }),
    );
    fc.assert(
      fc.property(index, (point) => {
        const back = toIndex(affine, toPatient(affine, point));
        for (const i of [0, 1, 2] as const) expect(back?.[i]).toBeCloseTo(point[i], 6);
      }),
    );
  });

  it('has no inverse where the plane is degenerate', () => {
    const flat = planeAffine({ position: [0, 0, 0], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [1, 1] }, [0, 0, 0]);
    expect(toIndex(flat, [1, 2, 3])).toBeUndefined();
  });

  it('names directions and normals', () => {
    expect(planeNormal([1, 0, 0, 0, 1, 0])).toEqual([0, 0, 1]);
    expect(
      [
        [1, 0, 0],
        [0, -1, 0],
        [0, 0, 1],
        [-0.8, 0, -0.6],
        [0.99, 0.1, 0.05],
      ].map((d) => orientationLetters(d as [number, number, number])),
    ).toEqual(['L', 'A', 'H', 'RF', 'L']);
  });
});
