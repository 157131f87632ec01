import { z } from 'zod';
import { Augmentation } from './augmentation.ts';
import { query } from './define.ts';
import { Id, Uint8 } from './values.ts';

export const AugmentedVariant = z.object({
  /** Shares of the answer that training is told, in falling order; one of share 1 unless another picture is mixed in. */
  shares: z.array(z.object({ className: z.string(), share: z.number() })),
  mixedWith: z
    .object({ kind: z.enum(['mixup', 'cutmix']), caseIndex: z.number().int(), className: z.string() })
    .optional(),
});
export type AugmentedVariant = z.output<typeof AugmentedVariant>;

export const AugmentationPreview = z.object({
  caseIndex: z.number().int(),
  className: z.string(),
  /** Side of each picture, pixels: of the network's input, at most 256. */
  size: z.number().int(),
  /** The plain picture and then each variant, size x size grey values each. */
  pixels: Uint8,
  variants: z.array(AugmentedVariant),
  /** What keeps a training with this augmentation from starting, and what is unwise; a sentence each. */
  gaps: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type AugmentationPreview = z.output<typeof AugmentationPreview>;

export const augmentationMethods = {
  /** How training would change a case of a snapshot, by the very code that changes it there. */
  'augmentation.preview': query(
    z.object({
      snapshotId: Id,
      augmentation: Augmentation,
      /** Absent: the first training case. */
      caseIndex: z.number().int().nonnegative().optional(),
      variants: z.number().int().min(1).max(32).default(8),
      /** Another seed, other variants. */
      seed: z.number().int().nonnegative().default(1),
    }),
    AugmentationPreview,
  ),
};
