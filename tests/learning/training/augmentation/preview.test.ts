import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Augmentation, noAugmentation } from '../../../../main/contract/augmentation.ts';
import { augmentationGaps, augmentationWarnings, sideWord } from '../../../../main/contract/augmentationGaps.ts';
import { augmentationPresets, presetOf } from '../../../../main/contract/augmentationPresets.ts';
import {
  readSnapshotIndex,
  type SnapshotIndex,
  snapshotPictures,
} from '../../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../../main/learning/dataset/writeSnapshot.ts';
import {
  previewAugmentation,
  refuseAugmentation,
} from '../../../../main/learning/training/augmentation/previewAugmentation.ts';
import { loadDisc, recipe, twoClasses } from '../../dataset/syntheticSelection.ts';

describe('presets', () => {
  it('are valid, named once and found again by their values', () => {
    expect(new Set(augmentationPresets.map(({ id }) => id)).size).toBe(augmentationPresets.length);
    for (const preset of augmentationPresets) {
      expect(Augmentation.parse(preset.augmentation)).toEqual(preset.augmentation);
      expect(presetOf(preset.augmentation)?.id).toBe(preset.id);
      expect(preset.reason).toMatch(/\.$/);
    }
    expect(presetOf(Augmentation.parse({}))?.id).toBe('standard');
    expect(presetOf({ ...noAugmentation, noise: 0.03 })).toBeUndefined();
  });

  it('mirror nothing but crops of lesions, and warn of nothing', () => {
    for (const { id, augmentation } of augmentationPresets) {
      expect(augmentation.flipHorizontal || augmentation.flipVertical).toBe(id === 'lesion-crop');
      const question = { target: 'Pneumonia', classes: ['no', 'yes'], unit: 'image' };
      expect(augmentationWarnings(augmentation, question)).toHaveLength(id === 'lesion-crop' ? 1 : 0);
      expect(augmentationGaps(augmentation, question)).toEqual([]);
    }
  });
});

describe('questions about sides', () => {
  it.each([
    ['Side', ['a', 'b']],
    ['Effusion', ['left', 'right', 'none']],
    ['leftSidedEffusion', ['no', 'yes']],
    ['Seite', ['links', 'rechts']],
    ['Eye', ['L', 'R']],
  ])('are told by their words: %s', (target, classes) => {
    const question = { target, classes };
    expect(sideWord(question)).toBeDefined();
    expect(augmentationGaps({ ...noAugmentation, flipHorizontal: true }, question)[0]).toMatch(/names a side/);
    expect(augmentationGaps({ ...noAugmentation, rotationDegrees: 90 }, question)).toHaveLength(1);
    expect(augmentationGaps({ ...noAugmentation, flipVertical: true, rotationDegrees: 45 }, question)).toEqual([]);
  });

  it.each([
    ['Nodule', ['benign', 'malignant']],
    ['RT response', ['no', 'yes']],
    ['Brightness', ['low', 'high']],
    ['lateral view', ['no', 'yes']],
  ])('are not seen where there are none: %s', (target, classes) => {
    expect(sideWord({ target, classes })).toBeUndefined();
  });
});

let root: string;
let snapshot: SnapshotIndex;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'augmentation-'));
  const how = recipe({});
  const selection = selectCases(twoClasses(20), how);
  const request = { root, selection, recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' };
  snapshot = readSnapshotIndex((await writeSnapshot(request, loadDisc)).directory);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the preview', () => {
  const how = { ...Augmentation.parse({}), noise: 0.2 };
  const pictureOf = ({ pixels, size }: { pixels: Uint8Array; size: number }, i: number) =>
    pixels.subarray(i * size * size, (i + 1) * size * size);

  it('begins with the plain picture; the others differ by seed and are the same again', async () => {
    const request = { augmentation: how, caseIndex: 2, variants: 4, seed: 1 };
    const preview = await previewAugmentation(snapshot, request);
    expect(preview.variants).toHaveLength(4);
    const plain = snapshotPictures(snapshot, [2]);
    pictureOf(preview, 0).forEach((grey, i) => {
      expect(Math.abs(grey - (plain[i] ?? 0))).toBeLessThanOrEqual(1);
    });
    expect(pictureOf(preview, 1)).not.toEqual(pictureOf(preview, 2));
    expect(await previewAugmentation(snapshot, request)).toEqual(preview);
    const other = await previewAugmentation(snapshot, { ...request, seed: 2 });
    expect(pictureOf(other, 1)).not.toEqual(pictureOf(preview, 1));
    expect(preview.variants[0]?.shares).toEqual([{ className: preview.className, share: 1 }]);
  });

  it('names the picture that was mixed in, a training case, and both answers', async () => {
    const mixed = { ...noAugmentation, mixup: 1 };
    const preview = await previewAugmentation(snapshot, { augmentation: mixed, variants: 12, seed: 3 });
    const { splits, manifest } = snapshot;
    const parts = splits.kind === 'split' ? splits.parts : [];
    expect(parts[preview.caseIndex]).toBe('train');
    for (const { shares, mixedWith } of preview.variants) {
      expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(parts[mixedWith?.caseIndex ?? -1]).toBe('train');
      expect(manifest.cases[mixedWith?.caseIndex ?? -1]?.className).toBe(mixedWith?.className);
    }
    expect(preview.variants.some(({ shares }) => shares.length === 2)).toBe(true);
  });

  it('says what would be refused, and training refuses it', async () => {
    const windowed = { ...noAugmentation, window: 0.2 };
    const { gaps } = await previewAugmentation(snapshot, { augmentation: windowed, variants: 1, seed: 1 });
    expect(gaps).toHaveLength(1);
    expect(() => refuseAugmentation(windowed, snapshot)).toThrow(/without a window/);
    expect(() => refuseAugmentation(how, snapshot)).not.toThrow();
    const manifest = { ...snapshot.manifest, preprocessing: { ...snapshot.manifest.preprocessing, window: { center: 0, width: 1 } } }; // biome-ignore format: one change
    expect(() => refuseAugmentation(windowed, { ...snapshot, manifest })).not.toThrow();
    await expect(previewAugmentation(snapshot, { augmentation: how, caseIndex: 999, variants: 1, seed: 1 })).rejects.toThrow(/no such case/); // biome-ignore format: one line
  });
});
