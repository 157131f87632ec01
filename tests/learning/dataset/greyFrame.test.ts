import { describe, expect, it } from 'vitest';
import type { FrameImage } from '../../../main/domain/imageTypes.ts';
import { greyFrameOf, showsColor } from '../../../main/learning/dataset/greyFrame.ts';

const frame = (extra: Partial<FrameImage>): FrameImage => ({
  ...{ rows: 2, columns: 2, samplesPerPixel: 1, pixels: new Int16Array([-2000, 0, 100, 200]), isColor: false },
  ...{ bitsStored: 16, isSigned: true, photometricInterpretation: 'MONOCHROME2', isInverted: false },
  ...{ rescaleSlope: 1, rescaleIntercept: -24, windows: [], voiLutFunction: 'LINEAR', voiLuts: [] },
  ...{ windowCenter: 0, windowWidth: 1, windowSource: 'range', minStored: -2000, maxStored: 200, warnings: [] },
  ...extra,
});

describe('greyFrameOf', () => {
  it('gives modality values with padding as NaN', () => {
    const { values } = greyFrameOf(frame({ pixelPaddingValue: -2000 }));
    expect([...Array.from(values)]).toEqual([Number.NaN, -24, 76, 176]);
  });

  it('tells grey films stored as RGB from colour images', () => {
    const rgb = (pixels: number[]) => frame({ isColor: true, samplesPerPixel: 3, pixels: new Uint8Array(pixels) });
    expect(showsColor(rgb([9, 9, 9, 80, 81, 79, 200, 200, 200, 0, 0, 0]))).toBe(false);
    expect(showsColor(rgb([9, 9, 9, 80, 181, 79, 200, 200, 200, 0, 0, 0]))).toBe(true);
    expect(showsColor(frame({}))).toBe(false);
  });
});
