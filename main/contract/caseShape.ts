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

/** One channel of a case: a series of its study, or one echo or b-value of it. All that is said has to fit. */
export const PhaseRule = z.object({
  name: z.string().trim().min(1),
  /** Any of these in SeriesDescription or ProtocolName, whatever the case of letters. */
  words: z.array(z.string().trim().min(1)).min(1).optional(),
  /** Its place by acquisition time among the series of the study that fit otherwise, from 1; absent: the one with most images. */
  order: z.number().int().min(1).max(20).optional(),
  /** Place by echo time among those of the series, from 1. */
  echo: z.number().int().min(1).max(64).optional(),
  /** s/mm². */
  bValue: z.number().nonnegative().optional(),
});
export type PhaseRule = z.output<typeof PhaseRule>;

/** Channels of a case, in order. */
export const Phases = z.array(PhaseRule).min(2).max(6);

/** How a channel is recognised, in words. */
export function phaseWords({ words, order, echo, bValue }: PhaseRule): string {
  const parts = [
    words && `says ${words.map((word) => `“${word}”`).join(' or ')}`,
    order !== undefined && `number ${order} in time`,
    echo !== undefined && `echo ${echo}`,
    bValue !== undefined && `b ${bValue}`,
  ].filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join(', ') : 'the series with most images';
}
