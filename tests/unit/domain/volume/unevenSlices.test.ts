import { describe, expect, it } from 'vitest';
import { type Affine, dot, subtract, toPatient, type Vector3 } from '../../../../main/domain/geometry.ts';
import { assembleVolume } from '../../../../main/domain/volume/assembleVolume.ts';
import type { Cut } from '../../../../main/domain/volume/cut.ts';
import { cutVolume } from '../../../../main/domain/volume/cutVolume.ts';
import type { ImagePlane } from '../../../../main/domain/volume/imagePlane.ts';
import { lesionVolume } from '../../../../main/domain/volume/lesionVolume.ts';
import { acquiredBefore, acquiredNear, slicePlaces } from '../../../../main/domain/volume/slicePlaces.ts';
import { indexOf, planeAt, planeSet } from '../../../../main/domain/volume/slicePlanes.ts';
import { gridTriad, type Volume } from '../../../../main/domain/volume/volume.ts';

const axial = (stepMm: number): Affine => [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, stepMm, 100],
  [0, 0, 0, 1],
];

/** Slices of 4 x 3 at 0, 4 and 5 mm above z = 100, each of one value: 0, 100, 300. The grid has slices every 2.5 mm. */
const three: Volume = assembleVolume(
  { affine: axial(2.5), columns: 4, rows: 3, slices: 3, sliceAt: [0, 4 / 2.5, 2] },
  [0, 100, 300].map((value) => ({ pixels: new Int16Array(12).fill(value), slope: 1, intercept: 0 })),
).volume;

const cutOf = (plane: ImagePlane, change: Partial<Cut> = {}): Cut => ({
  ...{ plane, thicknessMm: 0, projection: 'mean', sampleMm: 0.5, coarseness: 1, background: -9, ...change },
});

/** Values down a coronal column, from z = `top` downwards by 1 mm. */
function column(volume: Volume, top: number, count: number, change: Partial<Cut> = {}): number[] {
  const plane: ImagePlane = {
    position: [1, 1, top],
    orientation: [1, 0, 0, 0, 0, -1],
    pixelSpacing: [1, 1],
    rows: count,
    columns: 1,
    frameOfReferenceUid: '1',
  };
  return [...cutVolume(volume, cutOf(plane, change)).pixels];
}

describe('a volume of slices at uneven distances', () => {
  it('is interpolated by the position of each slice', () => {
    // z 105 is the last slice (300); 104 the middle one (100); 103, 102 and 101 lie 1/4 each nearer to the first; 100: 0.
    expect(column(three, 105, 6)).toEqual([300, 100, 75, 50, 25, 0]);
    // Between 4 and 5 mm: half way is half way.
    expect(column(three, 104.5, 1)).toEqual([200]);
    expect(column(three, 104.25, 1)).toEqual([150]);
    // Half a step of the grid (1.25 mm) beyond the outer slices they repeat; then nothing.
    expect(column(three, 107, 3)).toEqual([-9, 300, 300]);
  });

  it('takes the nearest slice while something is dragged', () => {
    const places = slicePlaces(three)?.uneven;
    if (!places) throw new Error('no places');
    const atMm = (mm: number): number => acquiredNear(places, mm / 2.5);
    expect([-1, 0, 1.9, 2.1, 4, 4.4, 4.6, 5, 6].map(atMm)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect([0, 1, 3.9, 4.1, 5].map((mm) => acquiredBefore(places, mm / 2.5))).toEqual([0, 0, 0, 1, 1]);
  });

  it('is averaged over mm, not over slices', () => {
    // A slab of 4 mm from 0 to 4: values rise evenly from 0 to 100, whose mean is 50, however many slices lie there.
    const plane: ImagePlane = {
      position: [1, 1, 102],
      orientation: [1, 0, 0, 0, 1, 0],
      pixelSpacing: [1, 1],
      rows: 1,
      columns: 1,
      frameOfReferenceUid: '1',
    };
    expect([...cutVolume(three, cutOf(plane, { thicknessMm: 4 })).pixels]).toEqual([50]);
    expect([...cutVolume(three, cutOf(plane, { thicknessMm: 4, projection: 'maximum' })).pixels]).toEqual([100]);
  });

  it('shows each acquired slice as it is along the slices', () => {
    const set = planeSet(three, gridTriad(three), 'axial');
    expect(set.count).toBe(3);
    expect(set.offsetsMm).toEqual([0, 4, 5]);
    expect([0, 1, 2].map((i) => planeAt(set, i, '1').position[2])).toEqual([100, 104, 105]);
    expect([0, 1, 2].map((i) => cutVolume(three, cutOf(planeAt(set, i, '1'))).pixels[0])).toEqual([0, 100, 300]);
    expect([99, 101.9, 102.1, 104.4, 104.6, 120].map((z) => indexOf(set, [0, 0, z]))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(planeSet(three, gridTriad(three), 'coronal').offsetsMm).toBeUndefined();
  });

  it('counts cuts from the feet, also where slices run downwards', () => {
    const down: Volume = { ...three, affine: axial(-2.5) };
    const set = planeSet(down, gridTriad(down), 'axial');
    expect(set.offsetsMm).toEqual([0, expect.closeTo(1, 9), 5]);
    expect([0, 1, 2].map((i) => planeAt(set, i, '1').position[2])).toEqual([95, expect.closeTo(96, 9), 100]);
    expect([0, 1, 2].map((i) => cutVolume(down, cutOf(planeAt(set, i, '1'))).pixels[0])).toEqual([300, 100, 0]);
  });

  it('wants the voxels of the acquired slices, not of the grid', () => {
    const { affine, columns, rows, slices, sliceAt } = three;
    const shape = { affine, columns, rows, slices: slices + 4, ...(sliceAt ? { sliceAt } : {}) };
    expect(() => assembleVolume(shape, [])).toThrow();
  });
});

describe('tilted slices at uneven distances', () => {
  const radians = (18.5 * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
  const pixelMm = 0.9;
  /** As of a head CT: 4 mm below, 7 mm above, one gap of 1 mm between. */
  const places = [...Array.from({ length: 12 }, (_, i) => 4 * i), ...Array.from({ length: 8 }, (_, i) => 45 + 7 * i)];
  const whole = places.at(-1) ?? 0;
  const steps = Math.round(whole / 4);
  /** Each mm along the normal moves the table 1 / cosine along z. */
  const affineOf = (mm: number): Affine => [
    [pixelMm, 0, 0, -45],
    [0, pixelMm * cosine, 0, -45],
    [0, -pixelMm * sine, mm / cosine, -20],
    [0, 0, 0, 1],
  ];
  const shape = {
    ...{ affine: affineOf(whole / steps), columns: 100, rows: 120, slices: steps + 1 },
    sliceAt: places.map((mm) => (mm / whole) * steps),
  };
  const centre = toPatient(affineOf(1), [51.3, 60.6, 52]) as Vector3;
  const radiusMm = 25;
  const volume: Volume = assembleVolume(
    shape,
    places.map((mm) => {
      const pixels = new Int16Array(shape.columns * shape.rows);
      for (let j = 0; j < shape.rows; j++)
        for (let i = 0; i < shape.columns; i++) {
          const off = subtract(toPatient(affineOf(1), [i, j, mm]) as Vector3, centre);
          pixels[j * shape.columns + i] = 1000 * Math.min(1, Math.max(0, (radiusMm - Math.hypot(...off)) / 2 + 0.5));
        }
      return { pixels, slope: 1, intercept: 0 };
    }),
  ).volume;

  it.each(['coronal', 'sagittal'] as const)('show a ball as round as their slices allow, %s', (name) => {
    const set = planeSet(volume, gridTriad(volume), name);
    const plane = planeAt(set, indexOf(set, centre), '1');
    const { pixels } = cutVolume(volume, cutOf(plane, { background: 0 }));
    let [area, x, y] = [0, 0, 0];
    for (let j = 0; j < plane.rows; j++)
      for (let i = 0; i < plane.columns; i++) {
        if ((pixels[j * plane.columns + i] ?? 0) < 500) continue;
        area += set.pixelMm ** 2;
        x += i * set.pixelMm ** 2;
        y += j * set.pixelMm ** 2;
      }
    // Its area within 4 %, its middle within 0.6 mm: as if the distances were even, it would lie 12 mm off.
    expect(area / (Math.PI * radiusMm ** 2)).toBeGreaterThan(0.96);
    expect(area / (Math.PI * radiusMm ** 2)).toBeLessThan(1.04);
    const off = subtract(centre, plane.position);
    const [right, down] = [set.orientation.slice(0, 3), set.orientation.slice(3)] as unknown as [Vector3, Vector3];
    expect(Math.abs((x / area) * set.pixelMm - dot(off, right))).toBeLessThan(0.6);
    expect(Math.abs((y / area) * set.pixelMm - dot(off, down))).toBeLessThan(0.6);
  });
});

describe('a lesion across uneven slices', () => {
  it('has the volume that its distances give, worked by hand', () => {
    // Areas 10, 20 and 30 mm2 at 4, 8 and 9 mm among slices at 0, 4, 8, 9 and 16 mm:
    // 4 mm between 10 and 20 = 60; 1 mm between 20 and 30 = 25; ends 4 mm below (20) and 7 mm above (105).
    const sections = [
      { positionMm: 4, areaMm2: 10 },
      { positionMm: 8, areaMm2: 20 },
      { positionMm: 9, areaMm2: 30 },
    ];
    expect(lesionVolume(sections, [0, 4, 8, 9, 16])).toEqual({
      volumeMm3: 60 + 25 + 20 + 105,
      lowMm3: 4 * 10 + 1 * 20,
      highMm3: 4 * 20 + 1 * 30 + 4 * 10 + 7 * 30,
    });
  });
});
