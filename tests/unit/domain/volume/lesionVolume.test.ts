import { describe, expect, it } from 'vitest';
import { lesionVolume } from '../../../../main/domain/volume/lesionVolume.ts';

/** Outlines of a ball of 30 mm around z = 0. */
const radius = 15;
const truth = (4 / 3) * Math.PI * radius ** 3;
const outlinesAt = (positions: readonly number[]) =>
  positions
    .filter((mm) => Math.abs(mm) < radius)
    .map((positionMm) => ({ positionMm, areaMm2: Math.PI * (radius ** 2 - positionMm ** 2) }));
const even = (step: number): number[] => Array.from({ length: 41 }, (_, i) => (i - 20) * step + 0.3);

describe('the volume of a lesion by its outlines', () => {
  it.each([1, 2.5, 5, 7])('lies in its interval and near the truth at %s mm', (step) => {
    const found = lesionVolume(outlinesAt(even(step)), even(step));
    expect(found?.lowMm3).toBeLessThan(truth);
    expect(found?.highMm3).toBeGreaterThan(truth);
    expect(Math.abs((found?.volumeMm3 ?? 0) / truth - 1)).toBeLessThan(0.06);
  });

  it('says with a wider interval that images are irregular or missing', () => {
    const irregular = even(2.5).filter((mm) => Math.abs(mm - 5.3) > 0.01 && Math.abs(mm - 7.8) > 0.01);
    const width = (positions: readonly number[]): number => {
      const { lowMm3 = 0, highMm3 = 0 } = lesionVolume(outlinesAt(positions), positions) ?? {};
      return highMm3 - lowMm3;
    };
    expect(width(irregular)).toBeGreaterThan(width(even(2.5)));
    const found = lesionVolume(outlinesAt(irregular), irregular);
    expect(found?.lowMm3).toBeLessThan(truth);
    expect(found?.highMm3).toBeGreaterThan(truth);
  });

  it('adds parts on one image and has no answer for a single image', () => {
    const parts = [
      { positionMm: 0, areaMm2: 10 },
      { positionMm: 0, areaMm2: 5 },
    ];
    expect(lesionVolume(parts, [0, 2, 4])).toEqual({ volumeMm3: 30, lowMm3: 0, highMm3: 60 });
    expect(lesionVolume(parts, [0])).toBeUndefined();
    expect(lesionVolume([], [0, 2])).toBeUndefined();
  });
});
