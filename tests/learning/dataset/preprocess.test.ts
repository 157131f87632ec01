import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../../../main/contract/models.ts';
import { robustRange } from '../../../main/learning/dataset/intensityRange.ts';
import {
  type GreyFrame,
  maxLevel,
  networkInput,
  type PictureRecipe,
  preprocess,
} from '../../../main/learning/dataset/preprocess.ts';

const recipe = (extra: Partial<PictureRecipe> = {}): PictureRecipe => ({
  size: 32,
  resize: 'fit',
  window: { center: 50, width: 100 },
  ...extra,
});

function frameWithBlob(columns: number, rows: number, at: readonly [number, number], radius = 2): GreyFrame {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (Math.hypot(column - at[0], row - at[1]) <= radius) values[row * columns + column] = 100;
  return { rows, columns, values, isInverted: false };
}

function centreOfMass(levels: Uint16Array, size: number): [number, number] {
  let total = 0;
  let column = 0;
  let row = 0;
  levels.forEach((level, i) => {
    total += level;
    column += level * (i % size);
    row += level * Math.floor(i / size);
  });
  return [column / total, row / total];
}

describe('preprocess', () => {
  const cases: [string, GreyFrame, PictureRecipe, [number, number], [number, number]?][] = [
    ['fit, wide', frameWithBlob(96, 48, [70, 11]), recipe(), [70, 11]],
    ['fit, tall, enlarged', frameWithBlob(15, 24, [4, 19]), recipe({ size: 64 }), [4, 19]],
    ['stretch, wide', frameWithBlob(100, 40, [20, 30]), recipe({ resize: 'stretch' }), [20, 30]],
    [
      'fit, pixels twice as tall as wide',
      { ...frameWithBlob(80, 40, [60, 10]), pixelSpacing: [2, 1] },
      recipe(),
      [60, 10],
    ],
    [
      'crop in mm',
      { ...frameWithBlob(128, 128, [90, 31]), pixelSpacing: [0.5, 0.5] },
      recipe({ cropMm: 20 }),
      [90, 31],
      [85, 35],
    ],
    ['crop over the corner', frameWithBlob(64, 64, [3, 60]), recipe({ cropMm: 24 }), [3, 60], [2, 62]],
  ];
  it.each(cases)('puts a bright dot where its affine says: %s', (_name, frame, chosen, dot, centre) => {
    const { levels, sourceToNetwork: m, networkToSource: back } = preprocess(frame, chosen, centre);
    const [column, row] = centreOfMass(levels, chosen.size);
    const expected = [m[0] * dot[0] + m[1] * dot[1] + m[2], m[3] * dot[0] + m[4] * dot[1] + m[5]] as const;
    expect(Math.abs(column - expected[0])).toBeLessThan(0.06);
    expect(Math.abs(row - expected[1])).toBeLessThan(0.06);
    expect(back[0] * expected[0] + back[2]).toBeCloseTo(dot[0], 9);
    expect(back[4] * expected[1] + back[5]).toBeCloseTo(dot[1], 9);
  });

  it('keeps the sum of greys when shrinking (nothing falls between the samples)', () => {
    const frame = frameWithBlob(90, 90, [33, 61], 0);
    const { levels } = preprocess(frame, recipe({ size: 30 }));
    expect(levels.reduce((sum, level) => sum + level, 0) / maxLevel).toBeCloseTo(1 / 9, 4);
  });

  it('is the identity at the same size and mirrors with its input', () => {
    const values = Float32Array.from({ length: 256 }, (_, i) => (i * 37) % 101);
    const mirrored = Float32Array.from(values, (_, i) => values[i - (i % 16) + 15 - (i % 16)] ?? 0);
    const frame = { rows: 16, columns: 16, values, isInverted: false };
    const plain = preprocess(frame, recipe({ size: 16 })).levels;
    plain.forEach((level, i) => {
      expect(level).toBe(Math.round(Math.min(1, (values[i] ?? 0) / 100) * maxLevel));
    });
    const small = preprocess(frame, recipe({ size: 6 })).levels;
    const other = preprocess({ ...frame, values: mirrored }, recipe({ size: 6 })).levels;
    small.forEach((level, i) => {
      expect(Math.abs(level - (other[i - (i % 6) + 5 - (i % 6)] ?? 0))).toBeLessThanOrEqual(1);
    });
  });

  it('shows MONOCHROME1 as white on black and pads with black', () => {
    const frame = { ...frameWithBlob(32, 16, [8, 8]), isInverted: true };
    const { levels } = preprocess(frame, recipe());
    expect(levels[0]).toBe(0);
    expect(levels[16 * 32 + 8]).toBe(0);
    expect(levels[16 * 32 + 24]).toBe(maxLevel);
  });

  it('takes the range of the image itself, without its extremes, when there is no window', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i);
    values[3] = 1e6;
    values[4] = Number.NaN;
    const { low, high } = robustRange(values.map((v) => (v === 1e6 ? 60_000 : v)));
    expect(low).toBeCloseTo(6, 0);
    expect(high).toBeCloseTo(996, 0);
    expect(robustRange([5, 5, 5])).toEqual({ low: 0, high: 0 });
  });

  it('normalises the same bits at any place of a batch', () => {
    const { levels } = preprocess(frameWithBlob(20, 20, [5, 5]), recipe({ size: 16 }));
    const how: Preprocessing = { size: 16, resize: 'fit', channels: 3, mean: 0.3, standardDeviation: 0.21 };
    const alone = networkInput(levels, how);
    const batch = networkInput(levels, how, new Float32Array(2 * 3 * 256), 768);
    expect(batch.subarray(768)).toEqual(alone);
    expect(alone.subarray(256, 512)).toEqual(alone.subarray(0, 256));
    expect(alone[0]).toBeCloseTo(-0.3 / 0.21, 6);
  });
});
