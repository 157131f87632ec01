import { describe, expect, it } from 'vitest';
import type { StackDetail } from '../../../../main/contract/images.ts';
import type { Affine } from '../../../../main/domain/geometry.ts';
import { planeSet } from '../../../../main/domain/volume/slicePlanes.ts';
import { gridTriad } from '../../../../main/domain/volume/volume.ts';
import { planeOf } from '../../../../renderer/viewer/imagePlane.ts';
import { mprImageId, parseMprImageId } from '../../../../renderer/viewer/mpr/mprImageId.ts';
import { mprStack } from '../../../../renderer/viewer/mpr/mprStack.ts';
import { framesAtTime, whyNoMpr } from '../../../../renderer/viewer/mpr/mprVolume.ts';
import { edgeLetters } from '../../../../renderer/viewer/orientation.ts';

const affine: Affine = [
  [0.5, 0, 0, -10],
  [0, 0.5, 0, -20],
  [0, 0, 3, 40],
  [0, 0, 0, 1],
];
const shape = { affine, columns: 40, rows: 30, slices: 10 };
const stackOf = (change: Partial<StackDetail> = {}): StackDetail => ({
  stackId: '1#0',
  title: '',
  rows: 30,
  columns: 40,
  frames: Array.from({ length: 20 }, (_, i) => ({
    imageId: `groundglass:1.${i}/1`,
    sopInstanceUid: `1.${i}`,
    frameNumber: 1,
    position: [-10, -20, 40 + 3 * Math.floor(i / 2)],
    orientation: [1, 0, 0, 0, 1, 0],
    timeIndex: i % 2,
  })) as unknown as StackDetail['frames'],
  positions: 10,
  framesPerPosition: 2,
  sliceSpacingMm: 3,
  tiltDegrees: 0,
  affine: affine.flat(),
  frameOfReferenceUid: '1.9',
  isLossy: false,
  parts: [],
  ...change,
});

describe('whyNoMpr', () => {
  it('lets a regular grid through and names what stands in the way of others', () => {
    expect(whyNoMpr(stackOf())).toBeUndefined();
    expect(whyNoMpr(undefined)).toBe('no image is shown');
    expect(whyNoMpr(stackOf({ positions: 1 }))).toBe('a single slice');
    expect(whyNoMpr(stackOf({ tiltDegrees: 18.5 }))).toBeUndefined();
    expect(whyNoMpr(stackOf({ affine: undefined }))).toMatch(/slices are missing/);
    const evenGrid = { affine: affine.flat(), slices: 10, sliceAt: [0, 9] };
    expect(whyNoMpr(stackOf({ affine: undefined, evenGrid }))).toBeUndefined();
    expect(whyNoMpr(stackOf({ rows: 20_000, columns: 20_000 }))).toMatch(/too large/);
  });
});

describe('planes as a stack', () => {
  it('takes the frames of one time', () => {
    expect(framesAtTime(stackOf(), 1).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(
      Array.from({ length: 10 }, (_, i) => `1.${2 * i + 1}`),
    );
  });

  it('says where each plane lies, so that letters, scale and lines come from it', () => {
    const set = planeSet(shape, gridTriad(shape), 'coronal');
    const stack = mprStack(stackOf(), 'v1', set, 12);
    const [first] = stack.frames;
    expect(stack.frames).toHaveLength(30);
    expect(stack.pixelSpacing).toEqual({ rowMm: 0.5, columnMm: 0.5, source: 'PixelSpacing' });
    expect([stack.sliceSpacingMm, stack.sliceThicknessMm, stack.frameOfReferenceUid]).toEqual([0.5, 12, '1.9']);
    expect(edgeLetters(first, stack)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
    expect(first && planeOf(stack, first)?.position).toEqual([-10, -20, 67]);
  });

  it('names its images', () => {
    expect(mprImageId('v3', 'sagittal', 12)).toBe('groundglass-mpr:v3/sagittal/12');
    expect(parseMprImageId('groundglass-mpr:v3/sagittal/12')).toEqual({ volumeId: 'v3', plane: 'sagittal', index: 12 });
    expect(() => parseMprImageId('groundglass:1.2/1')).toThrow();
  });
});
