import { z } from 'zod';

const strength = (maximum: number, off = 0) => z.number().min(0).max(maximum).default(off);

/**
 * Random changes of training pictures, new for each use of a picture; 0 or false is off. Amounts are the ends of a
 * uniform range unless said otherwise, lengths are fractions of the side of the picture, so that they mean the same at
 * every size. They are applied in the order given here: one warp (mirror to elastic, sampled once), then greys.
 */
export const Augmentation = z.object({
  /** Mirror left-right; never for tasks in which the side matters. */
  flipHorizontal: z.boolean().default(false),
  flipVertical: z.boolean().default(false),
  shift: strength(0.5, 0.06),
  rotationDegrees: strength(180, 10),
  /** Larger or smaller by up to this share: a factor between 1 / (1 + zoom) and 1 + zoom, log-uniform. */
  zoom: strength(0.5),
  /** Slant along either axis: the tangent of its angle. */
  shear: strength(0.5),
  /** Root mean square of a smooth random displacement (Simard, Steinkraus and Platt, 2003). */
  elastic: strength(0.1),
  /** How far the displacements of neighbours agree: standard deviation of the Gaussian that smooths them. */
  elasticSmoothness: z.number().min(0.02).max(0.3).default(0.08),
  /** Standard deviation of a Gaussian blur. */
  blur: strength(0.05),
  /**
   * Narrower windows inside the one the snapshot was made with: each edge moves inwards by up to this share of the width.
   * Only for snapshots with a window: what lies outside of it is not kept, so wider windows cannot be shown.
   */
  window: strength(0.4),
  /** Greys 0..1 to a power between 1 / (1 + gamma) and 1 + gamma, log-uniform. */
  gamma: strength(1),
  /** Relative change of contrast, and brightness change in units of the input's standard deviation. */
  intensity: strength(1, 0.1),
  /** Standard deviation of Gaussian noise, in units of the input's standard deviation. */
  noise: strength(1),
  /** Share of the pictures that get a rectangle of random greys (Zhong et al., 2020). */
  erasing: strength(1),
  /** Largest share of the picture that is erased; the smallest is 0.02. */
  erasingArea: z.number().min(0.02).max(0.5).default(0.2),
  /** Two pictures and their answers averaged, at Beta(mixup, mixup) shares (Zhang et al., 2018). */
  mixup: strength(1),
  /** A rectangle out of another picture with as much of its answer; area by Beta(cutmix, cutmix) (Yun et al., 2019). */
  cutmix: strength(1),
});
export type Augmentation = z.output<typeof Augmentation>;

/** Pictures are shown as they are. */
export const noAugmentation: Augmentation = Augmentation.parse({ shift: 0, rotationDegrees: 0, intensity: 0 });

/** Whether every picture is shown as it is, alone: mixing changes no picture by itself. */
export function leavesPictures(how: Augmentation): boolean {
  const {
    flipHorizontal,
    flipVertical,
    elasticSmoothness: _s,
    erasingArea: _a,
    mixup: _m,
    cutmix: _c,
    ...amounts
  } = how;
  return !flipHorizontal && !flipVertical && Object.values(amounts).every((amount) => amount === 0);
}
