import { z } from 'zod';
import type { Augmentation } from './augmentation.ts';
import { type AskedQuestion, sideWord } from './augmentationGaps.ts';

/**
 * Views of one picture whose scores are averaged when a model judges it; 0 or false is off. Nothing is random: the
 * picture as it is, turned both ways, shifted along each axis both ways, and each of these mirrored as well.
 */
export const TestTimeAugmentation = z.object({
  flipHorizontal: z.boolean().default(false),
  flipVertical: z.boolean().default(false),
  /** Fraction of the side. */
  shift: z.number().min(0).max(0.2).default(0),
  rotationDegrees: z.number().min(0).max(45).default(0),
});
export type TestTimeAugmentation = z.output<typeof TestTimeAugmentation>;

export interface ViewPreset {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly views: TestTimeAugmentation | undefined;
}

const small = { flipHorizontal: false, flipVertical: false, shift: 0.03, rotationDegrees: 5 };

export const viewPresets: readonly ViewPreset[] = [
  { id: 'none', title: 'the picture as it is', reason: 'One look at each picture.', views: undefined },
  {
    ...{ id: 'small', title: 'small shifts and turns', views: small },
    reason: 'The mean over small shifts and turns depends less on how a picture happens to lie.',
  },
  {
    ...{ id: 'mirrored', title: 'small shifts and turns, mirrored', views: { ...small, flipHorizontal: true } },
    reason: 'Only for models that were trained with mirrored pictures.',
  },
];

/** How many views of each picture are judged. */
export function viewCount({ flipHorizontal, flipVertical, shift, rotationDegrees }: TestTimeAugmentation): number {
  const upright = 1 + (rotationDegrees > 0 ? 2 : 0) + (shift > 0 ? 4 : 0);
  return upright * (flipHorizontal ? 2 : 1) * (flipVertical ? 2 : 1);
}

/** `mean of 7 views: turned by ±5°, shifted by ±3 % of the side` */
export function viewsText(tta: TestTimeAugmentation): string {
  const { flipHorizontal, flipVertical, shift, rotationDegrees } = tta;
  const parts = [
    rotationDegrees > 0 ? `turned by ±${rotationDegrees}°` : '',
    shift > 0 ? `shifted by ±${Number((shift * 100).toPrecision(2))} % of the side` : '',
    flipHorizontal ? 'mirrored left to right' : '',
    flipVertical ? 'mirrored top to bottom' : '',
  ].filter(Boolean);
  return `mean of ${viewCount(tta)} views${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/**
 * What keeps these views from being averaged, a sentence each. A network has to have learned from mirrored pictures
 * before it may judge them, and no mirrored picture has the side that the answer names.
 */
export function viewGaps(tta: TestTimeAugmentation, question: AskedQuestion, trainedWith?: Augmentation): string[] {
  const word = sideWord(question);
  const gaps: string[] = [];
  if (word !== undefined && tta.flipHorizontal)
    gaps.push(`The answer names a side ("${word}"): a mirrored picture has another.`);
  else if (trainedWith && !trainedWith.flipHorizontal && tta.flipHorizontal)
    gaps.push('The model was trained without pictures mirrored left to right, so a mirrored patient is new to it.');
  if (trainedWith && !trainedWith.flipVertical && tta.flipVertical)
    gaps.push('The model was trained without pictures mirrored top to bottom, so they are new to it.');
  return gaps;
}
