import { describe, expect, it } from 'vitest';
import type { DisplayImage } from '../../../../renderer/viewer/displayImage.ts';
import { area, describeSize, isInside, roiStatistics } from '../../../../renderer/viewer/measurement.ts';

const patient = { rowMm: 0.5, columnMm: 2, source: 'PixelSpacing' } as const;
const detector = { rowMm: 0.2, columnMm: 0.2, source: 'ImagerPixelSpacing' } as const;

describe('describeSize', () => {
  it('says mm only for PixelSpacing', () => {
    const line = [
      [0, 0],
      [10, 0],
    ] as const;
    expect(describeSize('length', line, patient)).toBe('20.0 mm');
    expect(describeSize('length', line, detector)).toBe('2.0 mm at detector');
    expect(describeSize('length', line, undefined)).toBe('10.0 px');
  });

  it('takes row and column spacing apart', () => {
    const down = [
      [3, 0],
      [3, 10],
    ] as const;
    expect(describeSize('length', down, patient)).toBe('5.0 mm');
  });

  it('gives both axes of a bidirectional and the area of an outline', () => {
    const cross = [
      [0, 0],
      [10, 0],
      [5, -4],
      [5, 4],
    ] as const;
    expect(describeSize('bidirectional', cross, patient)).toBe('20.0 × 4.0 mm');
    const box = [
      [0, 0],
      [10, 10],
    ] as const;
    expect(describeSize('rectangle', box, patient)).toBe('100 mm²');
    expect(describeSize('ellipse', box, undefined)).toBe('78.5 px²');
  });
});

describe('area', () => {
  it('does not depend on the sense of a polygon', () => {
    const square = [
      [0, 0],
      [4, 0],
      [4, 3],
      [0, 3],
    ] as const;
    expect(area('polygon', square, undefined)).toBe(12);
    expect(area('polygon', [...square].reverse(), undefined)).toBe(12);
  });
});

describe('isInside', () => {
  it('tells an ellipse from its box', () => {
    const box = [
      [0, 0],
      [10, 10],
    ] as const;
    expect(isInside('rectangle', box, [1, 1])).toBe(true);
    expect(isInside('ellipse', box, [1, 1])).toBe(false);
    expect(isInside('ellipse', box, [5, 0])).toBe(true);
  });
});

describe('roiStatistics', () => {
  it('is of modality values at pixel centres', () => {
    const pixels = Int16Array.from({ length: 100 }, (_, i) => i);
    const image = {
      rows: 10,
      columns: 10,
      pixels,
      slope: 2,
      intercept: -10,
      isColour: false,
    } as unknown as DisplayImage;
    const box = [
      [2, 1],
      [4, 2],
    ] as const;
    // pixels 12 13 14 22 23 24
    expect(roiStatistics(image, 'rectangle', box)).toMatchObject({ n: 6, mean: 26 });
    expect(roiStatistics(image, 'length', box)).toBeUndefined();
  });
});
