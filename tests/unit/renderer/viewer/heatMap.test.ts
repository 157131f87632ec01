import { describe, expect, it } from 'vitest';
import { camRange, resampleCam, sampleGrid } from '../../../../renderer/viewer/heatMap.ts';

/** A 2 x 2 grid over an 8 x 8 image: each cell covers 4 pixels, its centre at 1.5 and 5.5. */
const overWholeImage = [4, 0, 1.5, 0, 4, 1.5, 0, 0, 1];

describe('resampleCam', () => {
  it('puts the peak of a cell at the cell centre and mirrors with the grid', () => {
    const image = { rows: 8, columns: 8 };
    const range = { low: 0, high: 1 };
    const left = resampleCam(
      { rows: 2, columns: 2, grid: [1, 0, 0, 0], affinePixels: overWholeImage },
      image,
      range,
      0,
    );
    const right = resampleCam(
      { rows: 2, columns: 2, grid: [0, 1, 0, 0], affinePixels: overWholeImage },
      image,
      range,
      0,
    );
    expect(left[0]).toBe(255);
    expect(left[6 * 8 + 6]).toBe(0);
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++) expect(right[row * 8 + column]).toBe(left[row * 8 + 7 - column]);
  });

  it('leaves pixels transparent that the network did not see', () => {
    const crop = [4, 0, 9.5, 0, 4, 9.5, 0, 0, 1]; // pixels 8..15 of a 32 x 24 image
    const image = { rows: 24, columns: 32 };
    const pixels = resampleCam(
      { rows: 2, columns: 2, grid: [1, 1, 1, 1], affinePixels: crop },
      image,
      { low: 0, high: 1 },
      0,
    );
    const drawn = [...pixels].flatMap((level, i) => (level > 0 ? [[i % 32, Math.floor(i / 32)] as const] : []));
    expect(drawn).toHaveLength(64);
    expect([Math.min(...drawn.map(([c]) => c)), Math.max(...drawn.map(([c]) => c))]).toEqual([8, 15]);
    expect([Math.min(...drawn.map(([, r]) => r)), Math.max(...drawn.map(([, r]) => r))]).toEqual([8, 15]);
  });

  it('shows nothing of a map that is nowhere positive', () => {
    const range = camRange([{ grid: Float32Array.of(-1, -2) }], false);
    expect(range).toEqual({ low: 0, high: 0 });
    const pixels = resampleCam(
      { rows: 1, columns: 2, grid: [-1, -2], affinePixels: overWholeImage },
      { rows: 2, columns: 2 },
      range,
      0,
    );
    expect([...pixels]).toEqual([0, 0, 0, 0]);
  });
});

describe('camRange', () => {
  it('is symmetric for a diverging map', () => {
    expect(camRange([{ grid: Float32Array.of(-3, 1) }, { grid: Float32Array.of(2) }], true)).toEqual({
      low: -3,
      high: 3,
    });
  });
});

describe('sampleGrid', () => {
  it('is bilinear between cell centres', () => {
    const grid = { rows: 2, columns: 2, grid: [0, 2, 4, 6], affinePixels: [] };
    expect(sampleGrid(grid, 0.5, 0.5)).toBe(3);
    expect(sampleGrid(grid, -3, 0)).toBe(0);
  });
});
