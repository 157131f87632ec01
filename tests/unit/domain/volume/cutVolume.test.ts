import { describe, expect, it } from 'vitest';
import {
  type Affine,
  columnDirection,
  orientationLetters,
  rowDirection,
  toPatient,
  type Vector3,
} from '../../../../main/domain/geometry.ts';
import { assembleVolume } from '../../../../main/domain/volume/assembleVolume.ts';
import type { Cut } from '../../../../main/domain/volume/cut.ts';
import { cutVolume } from '../../../../main/domain/volume/cutVolume.ts';
import { type ImagePlane, patientPointOn } from '../../../../main/domain/volume/imagePlane.ts';
import { indexOf, type PlaneName, planeAt, planeSet } from '../../../../main/domain/volume/slicePlanes.ts';
import { gridTriad, turnTriad, type Volume, volumeCentre } from '../../../../main/domain/volume/volume.ts';

/** 0.8 x 1.2 mm pixels, 2.5 mm slices; straight axial. */
const straight: Affine = [
  [0.8, 0, 0, -30],
  [0, 1.2, 0, -40],
  [0, 0, 2.5, 100],
  [0, 0, 0, 1],
];
/** Rows run to the back and up by 20 degrees, slices to the right: a sagittal acquisition. */
const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)];
const sagittal: Affine = [
  [0, 0, -3, 40],
  [0.9 * c, 0.9 * s, 0, -20],
  [0.9 * s, -0.9 * c, 0, 30],
  [0, 0, 0, 1],
];

/** Smooth inside a tilted ellipsoid: 1000 * (1 - d^2), 0 at its surface and -ve outside down to -1000. */
const axes: readonly Vector3[] = [
  [c, s, 0],
  [-s, c, 0],
  [0, 0, 1],
];
const radii = [22, 14, 18];
function ellipsoid(centre: Vector3, [x, y, z]: Vector3): number {
  const offset = [x - centre[0], y - centre[1], z - centre[2]] as const;
  const square = axes.reduce((sum, [ax, ay, az], i) => {
    const along = (ax * offset[0] + ay * offset[1] + az * offset[2]) / (radii[i] ?? 1);
    return sum + along * along;
  }, 0);
  return Math.max(-1000, 1000 * (1 - square));
}

function phantom(affine: Affine, columns = 75, rows = 60, slices = 24): Volume {
  const shape = { affine, columns, rows, slices };
  const centre = volumeCentre(shape) as Vector3;
  const voxels = new Int16Array(columns * rows * slices);
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++)
        voxels[(k * rows + j) * columns + i] = Math.round(ellipsoid(centre, toPatient(affine, [i, j, k]) as Vector3));
  return { ...shape, voxels };
}

const cutOf = (plane: ImagePlane, change: Partial<Cut> = {}): Cut => ({
  plane,
  thicknessMm: 0,
  projection: 'mean',
  sampleMm: 1,
  coarseness: 1,
  background: -3000,
  ...change,
});

/** Largest difference between a cut and the formula on it, where the formula is above the surface. */
function worst(volume: Volume, plane: ImagePlane): { error: number; pixels: number } {
  const { pixels } = cutVolume(volume, cutOf(plane));
  const centre = volumeCentre(volume) as Vector3;
  let [error, counted] = [0, 0];
  for (let row = 0; row < plane.rows; row++)
    for (let column = 0; column < plane.columns; column++) {
      const truth = ellipsoid(centre, patientPointOn(plane, [column, row]) as Vector3);
      if (truth < 0) continue;
      counted += 1;
      error = Math.max(error, Math.abs((pixels[row * plane.columns + column] ?? 0) - truth));
    }
  return { error, pixels: counted };
}

const names: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];

describe('plane cuts of a tilted ellipsoid', () => {
  for (const [title, affine] of [
    ['anisotropic axial slices', straight],
    ['oblique sagittal slices', sagittal],
  ] as const)
    it(`agree with the formula for ${title}, straight and turned by two angles`, () => {
      const volume = phantom(affine);
      for (const [tilt, turn] of [
        [0, 0],
        [17, -31],
      ] as const)
        for (const name of names) {
          const set = planeSet(volume, turnTriad(gridTriad(volume), tilt, turn), name);
          const { error, pixels } = worst(volume, planeAt(set, indexOf(set, volumeCentre(volume)), '1'));
          expect(pixels).toBeGreaterThan(200);
          // Trilinear interpolation of 1000 (d/r)^2 errs by at most 1000 (h/2r)^2 an axis: 7 for 2.5 mm and r = 14, plus rounding.
          expect(error).toBeLessThan(13);
        }
    });

  it('returns the acquired pixels where a cut meets an acquired slice', () => {
    const volume = phantom(straight);
    const square = { ...volume, affine: [[1.2, 0, 0, -30], ...straight.slice(1)] as unknown as Affine };
    const set = planeSet(square, gridTriad(square), 'axial');
    expect([set.columns, set.rows, set.count, set.stepMm]).toEqual([75, 60, 24, 2.5]);
    const { pixels } = cutVolume(square, cutOf(planeAt(set, 10, '1')));
    expect(pixels).toEqual(volume.voxels.slice(10 * 75 * 60, 11 * 75 * 60));
  });

  it('keeps millimetres: as many pixels as the body is long', () => {
    const volume = phantom(straight);
    const set = planeSet(volume, gridTriad(volume), 'coronal');
    expect(set.pixelMm).toBe(0.8);
    expect(set.columns * set.pixelMm).toBeCloseTo(60, 6);
    expect(Math.abs(set.rows * set.pixelMm - 24 * 2.5)).toBeLessThan(2.5 + 0.8);
    expect(set.stepMm).toBe(1.2);
  });
});

describe('directions', () => {
  const letters = (affine: Affine, name: PlaneName): string => {
    const volume = { affine, columns: 10, rows: 10, slices: 10 };
    const { orientation } = planeSet(volume, gridTriad(volume), name);
    return `${orientationLetters(rowDirection(orientation))}/${orientationLetters(columnDirection(orientation))}`;
  };
  it('puts left, back and feet where radiologists expect them, however the volume was acquired', () => {
    const upsideDown: Affine = [
      [-1, 0, 0, 0],
      [0, -1, 0, 0],
      [0, 0, -2, 0],
      [0, 0, 0, 1],
    ];
    for (const affine of [straight, upsideDown]) {
      expect(letters(affine, 'axial')).toBe('L/P');
      expect(letters(affine, 'coronal')).toBe('L/F');
      expect(letters(affine, 'sagittal')).toBe('P/F');
    }
    expect(letters(sagittal, 'sagittal')).toBe('PH/FP'); // 20 degrees oblique
  });

  it('follows a turn about the head axis', () => {
    const volume = { affine: straight, columns: 10, rows: 10, slices: 10 };
    const { left, back, head } = turnTriad(gridTriad(volume), 0, 90);
    expect(left.map(Math.round)).toEqual([0, 1, 0]);
    expect(back.map((value) => Math.round(value) + 0)).toEqual([-1, 0, 0]);
    expect(head).toEqual([0, 0, 1]);
  });
});

describe('slabs', () => {
  /** Value = slice number times 100. */
  const ramp: Volume = {
    affine: straight,
    columns: 4,
    rows: 4,
    slices: 9,
    voxels: Int16Array.from({ length: 144 }, (_, i) => Math.floor(i / 16) * 100),
  };
  const set = planeSet(ramp, gridTriad(ramp), 'axial');
  const middle = (change: Partial<Cut>, index = 4): number | undefined =>
    cutVolume(ramp, cutOf(planeAt(set, index, '1'), change)).pixels[5];

  it('takes the largest, smallest and mean over their thickness in mm', () => {
    expect(middle({ thicknessMm: 10, projection: 'maximum' })).toBe(600); // two slices of 2.5 mm on either side
    expect(middle({ thicknessMm: 10, projection: 'minimum' })).toBe(200);
    expect(middle({ thicknessMm: 10, projection: 'mean' })).toBe(400);
    expect(middle({ thicknessMm: 5, projection: 'maximum' })).toBe(500);
  });

  it('counts only what lies inside the volume', () => {
    expect(middle({ thicknessMm: 10, projection: 'minimum' }, 0)).toBe(0);
    expect(middle({ thicknessMm: 10, projection: 'mean', sampleMm: 2.5 }, 0)).toBe(100); // 0, 100, 200
    const outside = { ...planeAt(set, 0, '1'), position: [500, 0, 0] as const };
    expect(cutVolume(ramp, cutOf(outside)).pixels.every((value) => value === -3000)).toBe(true);
  });

  it('repeats pixels when coarse, without shifting the picture', () => {
    const volume = phantom(straight);
    const whole = planeSet(volume, gridTriad(volume), 'sagittal');
    const plane = planeAt(whole, 20, '1');
    const [fine, coarse] = [cutVolume(volume, cutOf(plane)), cutVolume(volume, cutOf(plane, { coarseness: 2 }))];
    const mean = (pixels: ArrayLike<number>): number => Array.from(pixels).reduce((a, b) => a + b, 0) / pixels.length;
    expect(Math.abs(mean(fine.pixels) - mean(coarse.pixels))).toBeLessThan(6);
  });
});

describe('assembleVolume', () => {
  const shape = { affine: straight, columns: 2, rows: 1, slices: 2 };
  it('keeps stored values under one common line', () => {
    const slices = [Int16Array.of(-5, 7), Int16Array.of(9, 1)].map((pixels) => ({ pixels, slope: 2, intercept: -1 }));
    const { volume, slope, intercept, minimum, maximum } = assembleVolume(shape, slices);
    expect([...volume.voxels, slope, intercept, minimum, maximum]).toEqual([-5, 7, 9, 1, 2, -1, -5, 9]);
  });

  it('brings slices with lines of their own to one', () => {
    const { volume, slope, intercept } = assembleVolume(shape, [
      { pixels: Uint16Array.of(0, 65535), slope: 0.01, intercept: 0 },
      { pixels: Uint16Array.of(100, 200), slope: 2, intercept: -50 },
    ]);
    const values = Array.from(volume.voxels, (voxel) => voxel * slope + intercept);
    for (const [i, value] of [0, 655.35, 150, 350].entries()) expect(values[i]).toBeCloseTo(value, 1);
  });
});
