import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Augmentation, leavesPictures, noAugmentation } from '../../../../main/contract/augmentation.ts';
import type { Preprocessing } from '../../../../main/contract/models.ts';
import { randomStream } from '../../../../main/domain/random.ts';
import { maxLevel, networkInput, preprocess } from '../../../../main/learning/dataset/preprocess.ts';
import {
  type Affine,
  drawAugmentation,
  planeWarp,
} from '../../../../main/learning/training/augmentation/drawAugmentation.ts';
import { elasticField } from '../../../../main/learning/training/augmentation/elasticField.ts';
import { areaOf, drawBox } from '../../../../main/learning/training/augmentation/erase.ts';
import { addNoise, bendGreys } from '../../../../main/learning/training/augmentation/greyChanges.ts';
import { gaussianWeights, smooth } from '../../../../main/learning/training/augmentation/smooth.ts';
import { warpLevels } from '../../../../main/learning/training/augmentation/warpLevels.ts';
import { writeAugmented } from '../../../../main/learning/training/augmentation/writeAugmented.ts';

const fixture = path.resolve(import.meta.dirname, '../../../fixtures/augmentation/reference.json');
const reference = JSON.parse(readFileSync(fixture, 'utf8')) as {
  size: number;
  levels: number[];
  affine: [number, number, number, number, number, number];
  field: { columns: number[]; rows: number[] };
  warped: number[];
  warpedByBoth: number[];
  deviation: number;
  smoothed: number[];
};

const size = 40;
const preprocessing: Preprocessing = { size, resize: 'fit', channels: 3, mean: 0.41, standardDeviation: 0.23 };
const levels = Uint16Array.from({ length: size * size }, (_, i) => (i * 7919 + ((i * i) % 613) * 97) % 65_536);
const place = { seed: 7, fold: 2, epoch: 3, caseIndex: 0 };

function changed(how: Partial<Augmentation>, caseIndex = 0, picture = levels): Float32Array {
  const into = new Float32Array(3 * size * size);
  const drawn = drawAugmentation({ ...noAugmentation, ...how }, size, { ...place, caseIndex });
  writeAugmented(picture, preprocessing, drawn, into, 0);
  return into;
}

const each = [
  ['flipHorizontal', true],
  ['flipVertical', true],
  ['shift', 0.1],
  ['rotationDegrees', 20],
  ['zoom', 0.2],
  ['shear', 0.2],
  ['elastic', 0.03],
  ['blur', 0.03],
  ['window', 0.2],
  ['gamma', 0.3],
  ['intensity', 0.2],
  ['noise', 0.2],
  ['erasing', 1],
] as const;

describe('augmented pictures', () => {
  it('are the same bits as ever for shift, turn, mirror and intensity', () => {
    const digests = [
      { shift: 0.06, rotationDegrees: 10, intensity: 0.1 },
      { flipHorizontal: true, flipVertical: true, shift: 0.2, rotationDegrees: 45, intensity: 0.3 },
      { flipHorizontal: true },
    ].map((how) => {
      const hash = createHash('sha256');
      for (let caseIndex = 0; caseIndex < 25; caseIndex++) hash.update(new Uint8Array(changed(how, caseIndex).buffer));
      return hash.digest('hex').slice(0, 16);
    });
    expect(digests).toEqual(['1f329645696fcfae', '47973ee7f2b023ca', 'a5eba9182408b894']);
  });

  it('are plain where all is off', () => {
    expect(leavesPictures(noAugmentation)).toBe(true);
    expect(leavesPictures(Augmentation.parse({}))).toBe(false);
    expect(leavesPictures({ ...noAugmentation, mixup: 0.2, cutmix: 1 })).toBe(true);
    const plain = networkInput(levels, preprocessing);
    changed({}).forEach((value, i) => {
      expect(Math.abs(value - (plain[i] ?? 0))).toBeLessThan(1e-5);
    });
  });

  it.each(each)('are changed by %s alone, the same each time, in every channel', (key, amount) => {
    const how = { [key]: amount };
    expect(leavesPictures({ ...noAugmentation, ...how })).toBe(false);
    const pictures = Array.from({ length: 6 }, (_, caseIndex) => changed(how, caseIndex));
    expect(pictures.some((picture, i) => !picture.every((value, k) => value === changed({}, i)[k]))).toBe(true);
    pictures.forEach((picture, caseIndex) => {
      expect(picture).toEqual(changed(how, caseIndex));
      expect(picture.subarray(0, size * size)).toEqual(picture.subarray(2 * size * size));
      expect(picture.every(Number.isFinite)).toBe(true);
    });
  });

  it('keep their other draws when one more change is switched on', () => {
    const some = drawAugmentation({ ...noAugmentation, rotationDegrees: 20, zoom: 0.2 }, size, place);
    const more = drawAugmentation(
      { ...noAugmentation, rotationDegrees: 20, zoom: 0.2, noise: 1, gamma: 1 },
      size,
      place,
    );
    expect(more.warp).toEqual(some.warp);
  });
});

describe('the warp', () => {
  const picture = Uint16Array.from(reference.levels);
  const field = { columns: Float64Array.from(reference.field.columns), rows: Float64Array.from(reference.field.rows) };
  const worst = (values: ArrayLike<number>, expected: readonly number[]) =>
    expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] ?? 0))), 0);

  it('samples as PyTorch does, with and without displacements', () => {
    expect(worst(warpLevels(picture, reference.size, reference.affine), reference.warped)).toBeLessThan(1e-6);
    const both = warpLevels(picture, reference.size, reference.affine, field);
    expect(worst(both, reference.warpedByBoth)).toBeLessThan(1e-6);
  });

  it('mirrored twice is the picture', () => {
    for (const mirror of [{ flipColumns: -1 }, { flipRows: -1 }]) {
      const once = Uint16Array.from(warpLevels(picture, 11, planeWarp(11, mirror)));
      expect(once).not.toEqual(picture);
      expect(Uint16Array.from(warpLevels(once, 11, planeWarp(11, mirror)))).toEqual(picture);
    }
  });

  it('enlarges about the centre, and slants along the axis it names', () => {
    const at = ([a, b, c, d, e, f]: Affine, u: number, v: number) => [a * u + b * v + c, d * u + e * v + f];
    const zoomed = planeWarp(11, { zoom: 2 });
    expect(at(zoomed, 5, 5)).toEqual([5, 5]);
    expect(at(zoomed, 10, 5)).toEqual([7.5, 5]);
    expect(at(planeWarp(11, { shearColumns: 0.1 }), 5, 10)).toEqual([5.5, 10]);
    expect(at(planeWarp(11, { shearRows: 0.1 }), 10, 5)).toEqual([10, 5.5]);
  });
});

describe('smoothing and elastic fields', () => {
  it('smooths as PyTorch does', () => {
    const smoothed = smooth(Float64Array.from(reference.levels), reference.size, reference.deviation);
    reference.smoothed.forEach((value, i) => {
      expect(Math.abs((smoothed[i] ?? 0) - value)).toBeLessThan(1e-6);
    });
    expect(gaussianWeights(2).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('displaces by its root mean square, alike for neighbours and freely far apart', () => {
    const { columns, rows } = elasticField(64, { amount: 2.5, smoothness: 5 }, place);
    const squares = columns.reduce((sum, value, i) => sum + value ** 2 + (rows[i] ?? 0) ** 2, 0);
    expect(Math.sqrt(squares / columns.length)).toBeCloseTo(2.5, 10);
    const correlation = (distance: number): number => {
      let [product, own] = [0, 0];
      columns.forEach((value, i) => {
        if (i % 64 >= 64 - distance) return;
        product += value * (columns[i + distance] ?? 0);
        own += value * value;
      });
      return product / own;
    };
    // White noise through a Gaussian of deviation s is correlated by exp(-d^2 / 4 s^2).
    expect(Math.abs(correlation(2) - Math.exp(-4 / 100))).toBeLessThan(0.05);
    expect(Math.abs(correlation(5) - Math.exp(-25 / 100))).toBeLessThan(0.25);
    expect(columns).not.toEqual(rows);
  });
});

describe('changes of greys', () => {
  it('window from the inside and bend by a power', () => {
    const greys = Float64Array.from([0, 0.1, 0.25, 0.5, 0.8, 1], (grey) => grey * maxLevel);
    bendGreys(greys, [0.1, 0.8], 2);
    [0, 0, (0.15 / 0.7) ** 2, (0.4 / 0.7) ** 2, 1, 1].forEach((grey, i) => {
      expect((greys[i] ?? 0) / maxLevel).toBeCloseTo(grey, 10);
    });
  });

  it('window as the source would be windowed anew, from the inside', () => {
    const values = Float32Array.from({ length: 1024 }, (_, i) => ((i * 7919) % 2000) - 1000);
    const frame = { rows: 32, columns: 32, values, isInverted: false };
    const recipe = { size: 32, resize: 'fit' } as const;
    const wide = preprocess(frame, { ...recipe, window: { center: 0, width: 1600 } });
    // From -800..800 to -480..640: edges move in by 0.2 and 0.1 of the width.
    const narrow = preprocess(frame, { ...recipe, window: { center: 80, width: 1120 } });
    const bent = Float64Array.from(wide.levels);
    bendGreys(bent, [0.2, 0.9], 1);
    narrow.levels.forEach((level, i) => {
      expect(Math.abs(level - (bent[i] ?? 0))).toBeLessThan(2);
    });
  });

  it('add noise of the asked deviation, independent from pixel to pixel', () => {
    const values = new Float32Array(20_001);
    addNoise(values, 0, 20_001, 0.3, place);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const next = values.reduce((sum, value, i) => sum + value * (values[i + 1] ?? 0), 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 2);
    expect(Math.abs(next / variance)).toBeLessThan(0.03);
  });

  it('erase rectangles inside the picture, of areas and shapes in their range', () => {
    const next = randomStream(1, 'boxes');
    for (let i = 0; i < 500; i++) {
      const box = drawBox(next, 64, 0.3);
      if (!box) throw new Error('no box fitted');
      expect(box.left >= 0 && box.top >= 0 && box.right <= 64 && box.bottom <= 64).toBe(true);
      expect(areaOf(box) / 4096).toBeGreaterThan(0.015);
      expect(areaOf(box) / 4096).toBeLessThan(0.315);
    }
    const erased = changed({ erasing: 1 });
    const before = changed({});
    const untouched = erased.subarray(0, 1600).filter((value, i) => value === before[i]).length;
    expect(untouched).toBeGreaterThan(1600 * 0.78);
    expect(untouched).toBeLessThan(1600);
    const share = Array.from({ length: 300 }, (_, caseIndex) => changed({ erasing: 0.4 }, caseIndex)).filter(
      (picture) => picture.some((value, i) => value !== before[i]),
    ).length;
    expect(Math.abs(share / 300 - 0.4)).toBeLessThan(0.1);
  });
});
