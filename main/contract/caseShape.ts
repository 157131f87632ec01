import { z } from 'zod';

/** Several slices of one series are a case: so many evenly over the series, or over the part of it where a lesion is outlined. */
export const SliceChoice = z.object({
  count: z.number().int().min(2).max(64),
  extent: z.enum(['series', 'lesion']).default('series'),
});
export type SliceChoice = z.output<typeof SliceChoice>;

/** How the features of the slices of a case become one: `attention` learns what each slice counts (Ilse et al., 2018). */
export const SlicePooling = z.enum(['mean', 'max', 'attention']);
export type SlicePooling = z.output<typeof SlicePooling>;

/** As a list of choices says it. */
export const poolingWords: Readonly<Record<SlicePooling, string>> = {
  mean: 'mean over slices',
  max: 'maximum over slices',
  attention: 'attention, learned per slice',
};
