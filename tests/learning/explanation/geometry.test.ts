import { describe, expect, test } from 'vitest';
import {
  applyAffine,
  composeAffines,
  gridToPatientAffine,
  gridToPixelAffine,
  invertAffine,
  latticeAffine,
  type PixelAffine,
  tiledLattice,
} from '../../../main/learning/explanation/gridGeometry.ts';
import { receptiveLattice } from '../../../main/learning/explanation/receptiveField.ts';
import { gridOnImage, peakOf, sampleGrid } from '../../../main/learning/explanation/sampleGrid.ts';
import type { Attribute, Graph, Node } from '../../../main/learning/network/graph.ts';
import { float32, int64s } from '../../../main/learning/network/tensor.ts';

const grid = { values: Float32Array.from([0, 1, 2, 3]), rows: 2, columns: 2 };

describe('affines', () => {
  const affine: PixelAffine = [2, 0.5, 3, -1, 4, 5, 0, 0, 1];

  test('compose in order and invert', () => {
    const shift: PixelAffine = [1, 0, 10, 0, 1, 20, 0, 0, 1];
    expect(applyAffine(composeAffines(shift, affine), 1, 1)).toEqual([15.5, 28]);
    const [column, row] = applyAffine(invertAffine(affine), ...applyAffine(affine, 7, -3));
    expect([column, row]).toEqual([expect.closeTo(7, 10), expect.closeTo(-3, 10)]);
    expect(() => invertAffine([1, 2, 0, 2, 4, 0, 0, 0, 1])).toThrow();
  });

  test('even tiling puts the cell centres half a cell from the borders', () => {
    expect(tiledLattice(128, 4)).toEqual({ start: 15.5, step: 32 });
    const whole = latticeAffine(tiledLattice(6, 1), tiledLattice(4, 1));
    expect(applyAffine(whole, 0, 0)).toEqual([2.5, 1.5]);
  });

  test('a non-square source: 64 x 64 network input stretched from 300 columns x 200 rows, 4 x 4 grid', () => {
    const [sx, sy] = [300 / 64, 200 / 64];
    const networkToSource: PixelAffine = [sx, 0, (sx - 1) / 2, 0, sy, (sy - 1) / 2, 0, 0, 1];
    const affinePixels = gridToPixelAffine(latticeAffine(tiledLattice(64, 4), tiledLattice(64, 4)), networkToSource);
    expect(applyAffine(affinePixels, 0, 0)).toEqual([37, 24.5]); // the middle of columns 0..74 and rows 0..49
    expect(applyAffine(affinePixels, 3, 3)).toEqual([262, 174.5]);
  });

  test('reaches the patient through the image affine', () => {
    const image = [
      [0.5, 0, 0, -100],
      [0, 0.7, 0, -50],
      [0, 0, 2, 30],
      [0, 0, 0, 1],
    ] as const;
    const lps = gridToPatientAffine([32, 0, 16, 0, 32, 8, 0, 0, 1], image, 3);
    const at = (row: number, column: number, line: number) =>
      (lps[4 * row] ?? 0) * column + (lps[4 * row + 1] ?? 0) * line + (lps[4 * row + 3] ?? 0);
    expect([at(0, 1, 2), at(1, 1, 2), at(2, 1, 2)]).toEqual([0.5 * 48 - 100, expect.closeTo(0.7 * 72 - 50, 10), 36]);
    expect(lps.slice(12)).toEqual([0, 0, 0, 1]);
  });
});

describe('sampling', () => {
  test('is exact at cell centres, linear between, constant beyond', () => {
    expect(sampleGrid(grid, 1, 1)).toBe(3);
    expect(sampleGrid(grid, 0.5, 0)).toBe(0.5);
    expect(sampleGrid(grid, 0.25, 0.5)).toBe(1.25);
    expect(sampleGrid(grid, -3, 9)).toBe(2);
  });

  test('commutes with mirroring under even tiling', () => {
    const image = { rows: 9, columns: 14 };
    const affine = latticeAffine(tiledLattice(14, 2), tiledLattice(9, 2));
    const mirrored = { ...grid, values: Float32Array.from([1, 0, 3, 2]) };
    const plain = gridOnImage(grid, affine, image);
    const flipped = gridOnImage(mirrored, affine, image);
    flipped.forEach((value, i) => {
      const [row, column] = [Math.floor(i / 14), i % 14];
      expect(value).toBeCloseTo(plain[row * 14 + 13 - column] ?? Number.NaN, 5);
    });
  });

  test('says nothing outside the crop that the network saw', () => {
    const networkToSource: PixelAffine = [1, 0, 4, 0, 1, 2, 0, 0, 1]; // source columns 4..7, rows 2..5
    const affine = gridToPixelAffine(latticeAffine(tiledLattice(4, 2), tiledLattice(4, 2)), networkToSource);
    const heat = gridOnImage(grid, affine, { rows: 8, columns: 12 }, { rows: 4, columns: 4, networkToSource });
    const seen = [...heat].flatMap((value, i) => (Number.isNaN(value) ? [] : [[i % 12, Math.floor(i / 12)]]));
    expect(seen).toHaveLength(16);
    expect(seen[0]).toEqual([4, 2]);
    expect(seen.at(-1)).toEqual([7, 5]);
  });

  test('peakOf', () => {
    expect(peakOf({ values: Float32Array.from([0, 1, 9, 3, 4, 5]), rows: 2, columns: 3 })).toEqual({
      column: 2,
      row: 0,
      value: 9,
    });
  });
});

describe('receptiveLattice', () => {
  const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
  const node = (opType: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): Node => ({
    opType,
    domain: '',
    name: output,
    inputs,
    outputs: [output],
    attributes,
  });
  const window = (kernel: number, stride: number, pad: number) => ({
    kernel_shape: ints([kernel, kernel]),
    strides: ints([stride, stride]),
    pads: ints([pad, pad, pad, pad]),
  });
  const graphOf = (nodes: Node[]): Graph => ({
    name: 'test',
    opset: 18,
    inputs: [],
    outputs: [],
    nodes,
    values: [],
    metadata: {},
    initializers: new Map([
      ['w', float32([1, 1, 3, 3], new Float32Array(9))],
      ['axes', int64s([2, 3])],
    ]),
  });

  test('a ResNet-like stem and block: cells every 8 pixels from 0; the branches agree', () => {
    const nodes = [
      node('Conv', ['image', 'w'], 'c1', window(7, 2, 3)),
      node('Relu', ['c1'], 'r1'),
      node('MaxPool', ['r1'], 'p1', window(3, 2, 1)),
      node('Conv', ['p1', 'w'], 'c2', window(3, 2, 1)),
      node('Conv', ['c2', 'w'], 'c3', window(3, 1, 1)),
      node('Conv', ['p1', 'w'], 'short', window(1, 2, 0)),
      node('Add', ['c3', 'short'], 'sum'),
      node('ReduceMean', ['sum', 'axes'], 'pooled'),
      node('Sigmoid', ['pooled'], 'gate'),
      node('Mul', ['sum', 'gate'], 'gated'),
    ];
    const axis = { start: 0, step: 8 };
    expect(receptiveLattice(graphOf(nodes), 'image', 'sum')).toEqual({ row: axis, column: axis });
    expect(receptiveLattice(graphOf(nodes), 'image', 'gated')).toEqual({ row: axis, column: axis });
    expect(receptiveLattice(graphOf(nodes), 'image', 'pooled')).toBeUndefined();
  });

  test('2 x 2 pooling tiles evenly; the kernel may come from the weights', () => {
    const nodes = [
      node('Conv', ['image', 'w'], 'c1', { pads: ints([1, 1, 1, 1]) }),
      node('AveragePool', ['c1'], 'p1', window(2, 2, 0)),
      node('AveragePool', ['p1'], 'p2', window(2, 2, 0)),
    ];
    const axis = tiledLattice(64, 16);
    expect(receptiveLattice(graphOf(nodes), 'image', 'p2')).toEqual({ row: axis, column: axis });
  });

  test('is undefined where pixels move unpredictably or branches disagree', () => {
    expect(receptiveLattice(graphOf([node('Resize', ['image'], 'r')]), 'image', 'r')).toBeUndefined();
    const apart = [node('Conv', ['image', 'w'], 'c1', window(3, 1, 0)), node('Add', ['c1', 'image'], 'sum')];
    expect(receptiveLattice(graphOf(apart), 'image', 'sum')).toBeUndefined();
    const hidden = [node('Resize', ['image'], 'r'), node('Add', ['image', 'r'], 'sum')];
    expect(receptiveLattice(graphOf(hidden), 'image', 'sum')).toBeUndefined();
  });
});
