import { describe, expect, it } from 'vitest';
import type { StackDetail } from '../../../../main/contract/images.ts';
import type { Label } from '../../../../main/contract/labels.ts';
import { lesionVolumes, volumeText } from '../../../../renderer/features/read/lesionVolumes.ts';
import { sliceDistances, sliceReach } from '../../../../renderer/viewer/sliceDistances.ts';

const places = [0, 4, 8, 9, 16];
const stack = {
  stackId: '1#0',
  title: '',
  rows: 20,
  columns: 20,
  frames: places.map((mm, i) => ({
    imageId: `groundglass:1.${i}/1`,
    sopInstanceUid: `1.${i}`,
    frameNumber: 1,
    slicePositionMm: mm,
  })),
  positions: places.length,
  framesPerPosition: 1,
  pixelSpacing: { rowMm: 0.5, columnMm: 2, source: 'PixelSpacing' },
  isLossy: false,
  parts: [],
} as unknown as StackDetail;

/** A box of so many pixels; the corners are pixel centres. */
const box = (id: string, slice: number, columns: number, rows: number, change: Partial<Label> = {}): Label =>
  ({
    id,
    scope: 'lesion',
    definitionId: 'd',
    value: 'nodule',
    readerId: 'r',
    readerName: 'A',
    isRetracted: false,
    createdAt: '',
    target: { sopInstanceUid: `1.${slice}`, frameNumber: 1 },
    geometry: {
      space: 'image',
      type: 'rectangle',
      points: [
        [3, 3],
        [2 + columns, 2 + rows],
      ],
    },
    ...change,
  }) as unknown as Label;

describe('lesionVolumes', () => {
  it('joins outlines and counts the real distances', () => {
    // 1 mm2 a pixel: 10, 20 and 30 mm2 at 4, 8 and 9 mm, as worked by hand in unevenSlices.test.ts.
    const labels = [
      box('a', 1, 5, 2),
      box('b', 2, 5, 4),
      box('c', 3, 5, 6),
      box('far', 3, 1, 1, { readerId: 'other' }),
    ];
    const [lesion, other] = lesionVolumes(labels, stack);
    expect(lesion?.volume).toEqual({ volumeMm3: 210, lowMm3: 60, highMm3: 360 });
    expect(lesion).toMatchObject({ labelIds: ['a', 'b', 'c'], frameIndex: 2, firstSlice: 1, lastSlice: 3 });
    expect(other).toMatchObject({ readerId: 'other', labelIds: ['far'] });
    expect(volumeText({ volumeMm3: 210, lowMm3: 60, highMm3: 360 })).toBe('210 mm³ (60 to 360)');
    expect(volumeText({ volumeMm3: 1210, lowMm3: 960, highMm3: 1460 })).toBe('1.21 cm³ (0.96 to 1.46)');
  });

  it('has no answer without a size of pixels, for lines, or for a single slice', () => {
    expect(lesionVolumes([box('a', 1, 5, 2)], { ...stack, pixelSpacing: undefined })).toEqual([]);
    const line = { geometry: { space: 'image', type: 'length', points: [[1, 1], [4, 4]] } } as unknown as Partial<Label>; // biome-ignore format: a point a pair
    expect(lesionVolumes([box('a', 1, 5, 2, line)], stack)).toEqual([]);
    expect(lesionVolumes([box('a', 1, 5, 2)], { ...stack, frames: stack.frames.slice(1, 2) })).toEqual([]);
  });
});

describe('slices at uneven distances', () => {
  it('have distances, and each reaches half way to the farther of its neighbours', () => {
    expect(sliceDistances(stack)).toEqual({ least: 1, most: 7 });
    expect(stack.frames.map((frame) => sliceReach(stack, frame))).toEqual([2, 2, 2, 3.5, 3.5]);
    const [frame] = stack.frames;
    expect(frame && sliceReach({ ...stack, sliceSpacingMm: 3 }, frame)).toBe(1.5);
  });
});
