import { describe, expect, it } from 'vitest';
import { type DrawnOutline, mapLesions } from '../../../../main/domain/volume/lesionMap.ts';
import { pixelsInside } from '../../../../main/domain/volume/outlineMask.ts';

const grid = { rows: 30, columns: 40, pixelAreaMm2: 0.25, positionsMm: [0, 2, 4, 6, 8] };
const disc = (slice: number, x: number, y: number, radius: number, kind = 'a'): DrawnOutline => ({
  labelId: `${kind}${slice}-${x}`,
  kind,
  slice,
  outline: { type: 'ellipse', points: [[x - radius, y - radius], [x + radius, y + radius]] }, // biome-ignore format: corners
});

describe('pixels inside outlines', () => {
  it('are those whose centres lie inside', () => {
    const size = { rows: 10, columns: 10 };
    expect(pixelsInside({ type: 'rectangle', points: [[6.5, 2], [4, 1]] }, size)).toEqual([14, 15, 16, 24, 25, 26]); // biome-ignore format: corners
    const triangle = { type: 'polygon', points: [[0, 0], [9, 0], [0, 9]] } as const; // biome-ignore format: corners
    expect(pixelsInside(triangle, size).length).toBe(45);
    expect(pixelsInside({ type: 'ellipse', points: [[-5, -5], [5, 5]] }, size).every((at) => at < 60)).toBe(true); // biome-ignore format: corners
  });

  it('fill a disc to its area', () => {
    const found = pixelsInside(disc(0, 20.3, 14.6, 11).outline, { rows: 30, columns: 40 });
    expect(Math.abs(found.length / (Math.PI * 121) - 1)).toBeLessThan(0.03);
  });
});

describe('outlines as lesions', () => {
  it('joins what overlaps from image to image, by kind, and numbers by the first image', () => {
    const drawn = [disc(2, 20, 15, 5), disc(1, 20, 15, 4), disc(3, 21, 15, 4), disc(1, 5, 5, 2), disc(2, 5, 5, 2, 'b')];
    const { lesions, slices } = mapLesions(drawn, grid);
    expect(lesions.map(({ firstSlice, lastSlice, labelIds }) => [firstSlice, lastSlice, labelIds.length])).toEqual([
      [1, 3, 3],
      [1, 1, 1],
      [2, 2, 1],
    ]);
    expect(slices.get(1)?.[15 * 40 + 20]).toBe(1);
    expect(slices.get(2)?.[5 * 40 + 5]).toBe(3);
    expect(slices.has(0)).toBe(false);
    const [first] = lesions;
    expect(first?.volume?.lowMm3).toBeLessThan(first?.volume?.volumeMm3 ?? 0);
    expect(first?.volume?.highMm3).toBeGreaterThan(first?.volume?.volumeMm3 ?? 0);
  });

  it('knows no volume without a spacing', () => {
    expect(mapLesions([disc(0, 9, 9, 3)], { ...grid, pixelAreaMm2: undefined }).lesions[0]?.volume).toBeUndefined();
  });
});
