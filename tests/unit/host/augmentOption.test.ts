import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../main/contract/augmentation.ts';
import { augmentationPresets } from '../../../main/contract/augmentationPresets.ts';
import { augmentOption } from '../../../main/host/cli/augmentOption.ts';
import { UsageError } from '../../../main/host/cli/command.ts';

describe('--augment', () => {
  it('takes a preset, settings, or settings on top of a preset', () => {
    expect(augmentOption(undefined)).toBeUndefined();
    const mr = augmentationPresets.find(({ id }) => id === 'mr-slice')?.augmentation;
    expect(augmentOption('mr-slice')).toEqual(mr);
    expect(augmentOption('mr-slice, noise=0.3,flip-horizontal')).toEqual({ ...mr, noise: 0.3, flipHorizontal: true });
    expect(augmentOption('rotation-degrees=20,flipVertical=true,mixup=0.2')).toEqual({
      ...noAugmentation,
      ...{ rotationDegrees: 20, flipVertical: true, mixup: 0.2 },
    });
  });

  it.each([
    ['chest', /no preset "chest"; there are none, standard/],
    ['standard,blurr=1', /no setting "blurr"; there are flip-horizontal/],
    ['noise=much', /takes a number/],
    ['noise=7', /noise/],
    ['flip-horizontal=0.5', /flipHorizontal/],
    ['noise', /noise/],
  ])('refuses %s as a usage error', (text, message) => {
    expect(() => augmentOption(text)).toThrow(UsageError);
    expect(() => augmentOption(text)).toThrow(message);
  });
});
