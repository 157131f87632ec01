import { describe, expect, it } from 'vitest';
import { Augmentation } from '../../../main/contract/augmentation.ts';
import type { Preprocessing } from '../../../main/contract/models.ts';
import { maxLevel, networkInput } from '../../../main/learning/dataset/preprocess.ts';
import { drawAugmentation } from '../../../main/learning/training/augmentation/drawAugmentation.ts';
import { writeAugmented } from '../../../main/learning/training/augmentation/writeAugmented.ts';
import { pictureSource } from '../../../main/learning/training/inputSource.ts';

const preprocessing: Preprocessing = { size: 24, resize: 'fit', channels: 1, mean: 0.4, standardDeviation: 0.2 };
const still = Augmentation.parse({ shift: 0, rotationDegrees: 0, intensity: 0 });
const dot = new Uint16Array(24 * 24);
dot[5 * 24 + 17] = maxLevel;

function brightest(values: Float32Array): [number, number] {
  const at = values.indexOf(Math.max(...values));
  return [at % 24, Math.floor(at / 24)];
}

describe('augmentation', () => {
  const place = { seed: 3, fold: 0, epoch: 2, caseIndex: 9 };

  it('depends on seed, fold, epoch and case alone', () => {
    const how = Augmentation.parse({ flipHorizontal: true });
    expect(drawAugmentation(how, 24, place)).toEqual(drawAugmentation(how, 24, { ...place }));
    for (const other of [{ seed: 4 }, { fold: 1 }, { epoch: 3 }, { caseIndex: 8 }])
      expect(drawAugmentation(how, 24, { ...place, ...other })).not.toEqual(drawAugmentation(how, 24, place));
  });

  it('is the plain picture where nothing is asked for', () => {
    const out = new Float32Array(24 * 24);
    writeAugmented(dot, preprocessing, drawAugmentation(still, 24, place), out, 0);
    networkInput(dot, preprocessing).forEach((value, i) => {
      expect(out[i]).toBeCloseTo(value, 5);
    });
  });

  it('moves a dot where its warp says and keeps black outside', () => {
    const how = Augmentation.parse({ flipHorizontal: true, shift: 0.2, rotationDegrees: 40, intensity: 0 });
    for (let caseIndex = 0; caseIndex < 40; caseIndex++) {
      const drawn = drawAugmentation(how, 24, { ...place, caseIndex });
      const out = new Float32Array(24 * 24);
      writeAugmented(dot, preprocessing, drawn, out, 0);
      const [a, b, c, d, e, f] = drawn.warp;
      const [u, v] = brightest(out);
      if (Math.max(...out) < 0) continue; // shifted out of the picture
      expect(Math.hypot(a * u + b * v + c - 17, d * u + e * v + f - 5)).toBeLessThan(0.75);
      expect(Math.min(...out)).toBeCloseTo(-2, 5);
    }
  });

  it('flips half of the images and stays within its ranges', () => {
    const how = Augmentation.parse({ flipHorizontal: true, shift: 0.1, rotationDegrees: 0, intensity: 0.3 });
    const draws = Array.from({ length: 400 }, (_, caseIndex) => drawAugmentation(how, 24, { ...place, caseIndex }));
    expect(draws.filter((drawn) => drawn.warp[0] < 0).length).toBeGreaterThan(150);
    expect(draws.filter((drawn) => drawn.warp[0] < 0).length).toBeLessThan(250);
    for (const { contrast, brightness, warp } of draws) {
      expect(Math.abs(contrast - 1)).toBeLessThanOrEqual(0.3);
      expect(Math.abs(brightness)).toBeLessThanOrEqual(0.3);
      expect(Math.abs(warp[5])).toBeLessThanOrEqual(2.4);
    }
  });

  it('never touches what validation sees', () => {
    const source = pictureSource(() => dot, preprocessing, Augmentation.parse({ rotationDegrees: 90 }), 1, 0);
    const plain = new Float32Array(24 * 24);
    source.writePlain(0, plain, 0);
    expect(plain).toEqual(networkInput(dot, preprocessing));
    const changed = new Float32Array(24 * 24);
    source.writeForTraining(0, 1, changed, 0);
    expect(changed).not.toEqual(plain);
  });
});
