import { describe, expect, it } from 'vitest';
import { type Affine, dot, subtract, toPatient, type Vector3 } from '../../../../main/domain/geometry.ts';
import { cutVolume } from '../../../../main/domain/volume/cutVolume.ts';
import { shearDegrees, shearOf, straightenSlice, straightGrid } from '../../../../main/domain/volume/shear.ts';
import { indexOf, type PlaneName, planeAt, planeSet } from '../../../../main/domain/volume/slicePlanes.ts';
import { gridTriad, type Volume, voxelSpacing } from '../../../../main/domain/volume/volume.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Slices tilted about the left-right axis while the table moves along z: each slice lies 2.5 mm further along z, at an
 * angle to its own normal (as a CT gantry does). 0.9 mm pixels.
 */
function tilted(degrees: number): Affine {
  const [c, s] = [Math.cos(radians(degrees)), Math.sin(radians(degrees))];
  return [
    [0.9, 0, 0, -40],
    [0, 0.9 * c, 0, -45],
    [0, -0.9 * s, 2.5, -30],
    [0, 0, 0, 1],
  ];
}

const radiusMm = 18;

/** Near the middle of the stack, on no voxel. */
const centreOf = (affine: Affine): Vector3 => toPatient(affine, [43.3, 50.6, 12.7]) as Vector3;

/** A ball of 1000 on 0 with an edge 2 mm wide. */
function ball(degrees: number): Volume {
  const shape = { affine: tilted(degrees), columns: 90, rows: 100, slices: 26 };
  const centre = centreOf(shape.affine);
  const voxels = new Int16Array(shape.columns * shape.rows * shape.slices);
  for (let k = 0; k < shape.slices; k++)
    for (let j = 0; j < shape.rows; j++)
      for (let i = 0; i < shape.columns; i++) {
        const off = subtract(toPatient(shape.affine, [i, j, k]) as Vector3, centre);
        const depth = (radiusMm - Math.hypot(...off)) / 2 + 0.5;
        voxels[(k * shape.rows + j) * shape.columns + i] = 1000 * Math.min(1, Math.max(0, depth));
      }
  return { ...shape, voxels };
}

/** Width at half height through the middle of the ball, along the rows and down the columns of a cut; mm. */
function widths(volume: Volume, name: PlaneName): { across: number; down: number } {
  const set = planeSet(volume, gridTriad(volume), name);
  const plane = planeAt(set, indexOf(set, centreOf(volume.affine)), '1');
  const { pixels } = cutVolume(volume, {
    plane,
    thicknessMm: 0,
    projection: 'mean',
    sampleMm: 1,
    coarseness: 1,
    background: 0,
  });
  const rows = Array.from({ length: plane.rows }, (_, r) => above(pixels, r * plane.columns, 1, plane.columns));
  const columns = Array.from({ length: plane.columns }, (_, c) => above(pixels, c, plane.columns, plane.rows));
  return { across: Math.max(...rows) * set.pixelMm, down: Math.max(...columns) * set.pixelMm };
}

/** Pixels between the two crossings of 500 along a line, by linear interpolation. */
function above(pixels: ArrayLike<number>, start: number, step: number, count: number): number {
  const at = (i: number): number => pixels[start + i * step] ?? 0;
  const inside = Array.from({ length: count }, (_, i) => i).filter((i) => at(i) >= 500);
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined || first === 0 || last === count - 1) return 0;
  const before = (at(first) - 500) / (at(first) - at(first - 1));
  const behind = (at(last) - 500) / (at(last) - at(last + 1));
  return last - first + before + behind;
}

describe('planes of a sheared stack', () => {
  it('has a normal, a shear and a slice distance', () => {
    const volume = ball(12);
    expect(shearDegrees(volume)).toBeCloseTo(12, 6);
    expect(shearOf(volume)?.rows).toBeCloseTo((-2.5 * Math.sin(radians(12))) / 0.9, 6);
    expect(shearOf(ball(0))).toBeUndefined();
    expect(voxelSpacing(volume)[2]).toBeCloseTo(2.5 * Math.cos(radians(12)), 6);
    const { left, back, head } = gridTriad(volume);
    for (const [a, b] of [[left, back], [left, head], [back, head]] as const) expect(dot(a, b)).toBeCloseTo(0, 12); // biome-ignore format: pairs
  });

  it.each([0, 5, 12, 18.5, 25])('show a ball of 36 mm as a ball, within 0.9 mm, at %s degrees', (degrees) => {
    const volume = ball(degrees);
    for (const name of ['axial', 'coronal', 'sagittal'] as const) {
      const { across, down } = widths(volume, name);
      expect(Math.abs(across - 2 * radiusMm)).toBeLessThan(0.9);
      expect(Math.abs(down - 2 * radiusMm)).toBeLessThan(0.9);
    }
  });

  it('are the acquired slices where they lie on one', () => {
    const volume = ball(12);
    const set = planeSet(volume, gridTriad(volume), 'axial');
    expect(set.count).toBe(volume.slices);
    const plane = planeAt(set, 10, '1');
    const first = toPatient(volume.affine, [0, 0, 10]);
    expect(Math.abs(dot(subtract(plane.position, first), set.normal))).toBeLessThan(1e-9);
  });
});

describe('a straightened stack', () => {
  it('holds the ball where the patient has it', () => {
    const shape = ball(12);
    const centre = centreOf(shape.affine);
    const grid = straightGrid(shape);
    expect(shearOf(grid)).toBeUndefined();
    expect(straightGrid(grid)).toBe(grid);
    const size = grid.columns * grid.rows;
    const voxels = new Int16Array(size * grid.slices);
    const source = shape.columns * shape.rows;
    for (let slice = 0; slice < grid.slices; slice++)
      straightenSlice(
        shape.voxels.subarray(slice * source, (slice + 1) * source),
        { shape, grid, slice },
        { out: voxels.subarray(slice * size, (slice + 1) * size), background: -1, isRounded: true },
      );
    let [worst, sum] = [0, 0];
    voxels.forEach((value, at) => {
      const [i, j, k] = [at % grid.columns, Math.floor((at % size) / grid.columns), Math.floor(at / size)] as const;
      const off = subtract(toPatient(grid.affine, [i, j, k]) as Vector3, centre);
      const truth = 1000 * Math.min(1, Math.max(0, (radiusMm - Math.hypot(...off)) / 2 + 0.5));
      if (value >= 0) worst = Math.max(worst, Math.abs(value - truth));
      if (value > 0) sum += value;
    });
    // Linear interpolation of an edge that rises by 450 a pixel.
    expect(worst).toBeLessThan(120);
    const [x, y, z] = voxelSpacing(grid);
    const volumeMm3 = (sum / 1000) * x * y * z;
    expect(volumeMm3 / ((4 / 3) * Math.PI * radiusMm ** 3)).toBeCloseTo(1, 1);
  });
});
