import { describe, expect, it } from 'vitest';
import { Augmentation } from '../../../main/contract/augmentation.ts';
import type { Preprocessing } from '../../../main/contract/models.ts';
import {
  TestTimeAugmentation,
  viewCount,
  viewGaps,
  viewPresets,
  viewsText,
} from '../../../main/contract/testTimeAugmentation.ts';
import { softmax } from '../../../main/domain/statistics/scores.ts';
import { UsageError } from '../../../main/host/cli/command.ts';
import { viewsOption } from '../../../main/host/cli/viewsOption.ts';
import { networkInput } from '../../../main/learning/dataset/preprocess.ts';
import {
  averageViews,
  viewInputs,
  viewSources,
  viewWarps,
} from '../../../main/learning/prediction/testTimeAugmentation.ts';

const size = 12;
const preprocessing: Preprocessing = { size, resize: 'fit', channels: 3, mean: 0.3, standardDeviation: 0.25 };
const levels = Uint16Array.from({ length: size * size }, (_, i) => (i * 4999) % 65_536);
const all = TestTimeAugmentation.parse({ flipHorizontal: true, flipVertical: true, shift: 0.1, rotationDegrees: 5 });
const sorted = (values: Float32Array) => [...values].sort((a, b) => a - b);

describe('views', () => {
  it('are as many as said, all different, the first as it is', () => {
    for (const tta of [all, TestTimeAugmentation.parse({}), ...viewPresets.flatMap(({ views }) => views ?? [])]) {
      expect(viewWarps(tta, size)).toHaveLength(viewCount(tta));
      expect(viewsText(tta)).toContain(`${viewCount(tta)} views`);
    }
    const inputs = viewInputs(levels, preprocessing, all);
    expect(inputs[0]).toEqual(networkInput(levels, preprocessing));
    expect(new Set(inputs.map((input) => input.join())).size).toBe(28);
    expect(viewInputs(levels, preprocessing, undefined)).toEqual([networkInput(levels, preprocessing)]);
  });

  it('mirror without loss and alike in every channel', () => {
    const flips = viewInputs(levels, preprocessing, TestTimeAugmentation.parse({ flipHorizontal: true }));
    const [plain, mirror] = flips;
    if (!plain || !mirror) throw new Error('two views');
    expect(mirror[0]).toBeCloseTo(plain[size - 1] ?? 0, 5);
    sorted(mirror).forEach((value, i) => {
      expect(value).toBeCloseTo(sorted(plain)[i] ?? 0, 5);
    });
    expect(mirror.subarray(0, 144)).toEqual(mirror.subarray(288));
  });

  it('are what sources write, too', () => {
    const inputs = viewInputs(levels, preprocessing, all);
    viewSources(() => levels, preprocessing, all).forEach((source, i) => {
      const into = new Float32Array(3 * size * size + 5);
      source.writePlain(0, into, 5);
      expect(into.subarray(5)).toEqual(inputs[i]);
    });
  });

  it('average scores, not logits; one view stays as it is', async () => {
    const sources = viewSources(() => levels, preprocessing, TestTimeAugmentation.parse({ flipVertical: true }));
    const perView = [[[2, -1, 0]], [[-3, 0.5, 1]]];
    const mean = await averageViews(sources, async (view) => perView[sources.indexOf(view)] ?? []);
    const [a, b] = perView.map(([row = []]) => softmax(row));
    softmax(mean[0] ?? []).forEach((score, k) => {
      expect(score).toBeCloseTo(((a?.[k] ?? 0) + (b?.[k] ?? 0)) / 2, 12);
    });
    expect(await averageViews(sources.slice(0, 1), async () => [[2, -1, 0]])).toEqual([[2, -1, 0]]);
  });
});

describe('refused views', () => {
  const mirror = TestTimeAugmentation.parse({ flipHorizontal: true });
  const question = { classes: ['benign', 'malignant'] };

  it('are mirrors of sides, and mirrors that training did not show', () => {
    expect(viewGaps(mirror, { classes: ['left', 'right'] })).toHaveLength(1);
    expect(viewGaps(mirror, question, Augmentation.parse({}))).toHaveLength(1);
    expect(viewGaps(mirror, question, Augmentation.parse({ flipHorizontal: true }))).toEqual([]);
    expect(viewGaps(mirror, question)).toEqual([]);
    expect(viewGaps(all, question, Augmentation.parse({ flipHorizontal: true }))).toHaveLength(1);
  });
});

describe('--tta', () => {
  it('takes a preset or settings', () => {
    expect(viewsOption(undefined)).toBeUndefined();
    expect(viewsOption('none')).toBeUndefined();
    expect(viewsOption('small')).toEqual(TestTimeAugmentation.parse({ shift: 0.03, rotationDegrees: 5 }));
    expect(viewsOption('flip-horizontal,shift=0.05')).toEqual(
      TestTimeAugmentation.parse({ flipHorizontal: true, shift: 0.05 }),
    );
  });

  it.each(['large', 'shift=far', 'shift=0.9', 'shift', 'shift=', 'flip-vertical=2'])('refuses %s', (text) => {
    expect(() => viewsOption(text)).toThrow(UsageError);
  });
});
