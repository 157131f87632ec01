import { z } from 'zod';

/** Label-preserving changes to training images; 0 or false is off. Amounts are the ends of a uniform range. */
export const Augmentation = z.object({
  /** Mirror left-right; never for tasks in which the side matters. */
  flipHorizontal: z.boolean().default(false),
  flipVertical: z.boolean().default(false),
  /** Fraction of the image side. */
  shift: z.number().min(0).max(0.5).default(0.06),
  rotationDegrees: z.number().min(0).max(180).default(10),
  /** Relative change of contrast, and brightness change in units of the input's standard deviation. */
  intensity: z.number().min(0).max(1).default(0.1),
});
export type Augmentation = z.output<typeof Augmentation>;
