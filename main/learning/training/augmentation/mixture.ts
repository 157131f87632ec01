import type { Augmentation } from '../../../contract/augmentation.ts';
import { type AugmentationPlace, streamAt } from './drawAugmentation.ts';
import { areaOf, type Box } from './erase.ts';

/** How one picture of a batch is mixed with another. */
export interface Mixture {
  readonly kind: 'mixup' | 'cutmix';
  /** Position of the other picture in the batch. */
  readonly partner: number;
  /** Share of the picture's own answer, 0.5 to 1. */
  readonly share: number;
  /** What comes from the other picture (cutmix). */
  readonly box?: Box;
}

/**
 * Beta(alpha, alpha) for 0 < alpha <= 1 by Jöhnk (1964): u^(1/alpha) and v^(1/alpha) where their sum is at most 1. In
 * logarithms, as small alphas leave the range of numbers.
 */
export function symmetricBeta(alpha: number, next: () => number): number {
  for (;;) {
    const x = Math.log(1 - next()) / alpha;
    const y = Math.log(1 - next()) / alpha;
    if (Math.exp(x) + Math.exp(y) <= 1) return 1 / (1 + Math.exp(y - x));
  }
}

/** The rectangle of CutMix: its sides are the square root of the share, around a uniform centre, cut at the borders. */
function cutBox(next: () => number, size: number, share: number): Box {
  const half = (size * Math.sqrt(share)) / 2;
  const [x, y] = [next() * size, next() * size];
  const within = (edge: number) => Math.min(size, Math.max(0, Math.round(edge)));
  return { left: within(x - half), top: within(y - half), right: within(x + half), bottom: within(y + half) };
}

/**
 * Draws partner and shares of the picture at `position` of a batch; undefined where nothing is mixed. Each picture
 * keeps the larger share: partner and share are drawn alike for all, so that the pairs are those of the papers, and each
 * case has the last word in one picture per epoch. With both on, each is used for half of the pictures.
 */
export function drawMixture(
  how: Pick<Augmentation, 'mixup' | 'cutmix'>,
  batchLength: number,
  position: number,
  size: number,
  place: AugmentationPlace,
): Mixture | undefined {
  if ((how.mixup === 0 && how.cutmix === 0) || batchLength < 2) return undefined;
  const next = streamAt(place, 'augment/mixture');
  const isCut = next() < 0.5 ? how.cutmix > 0 : how.mixup === 0;
  const partner = (position + 1 + Math.floor(next() * (batchLength - 1))) % batchLength;
  const drawn = symmetricBeta(isCut ? how.cutmix : how.mixup, next);
  const share = Math.max(drawn, 1 - drawn);
  if (!isCut) return { kind: 'mixup', partner, share };
  const box = cutBox(next, size, 1 - share);
  return { kind: 'cutmix', partner, share: 1 - areaOf(box) / (size * size), box };
}
