import { z } from 'zod';

/** How one computation of a training is written for the engine: there are several ways that give the same up to rounding. */
export const MeasuredForm = z.object({
  /** What is computed, and of what shapes, in words. */
  key: z.string(),
  /** The one taken. */
  form: z.string(),
  /** What rules of shape alone say. */
  usual: z.string(),
  /** By form, on this machine; absent where the time for trials was up. */
  milliseconds: z.record(z.string(), z.number()).optional(),
});
export type MeasuredForm = z.output<typeof MeasuredForm>;

/** What trials on this machine have found, by number of threads. */
export const FormTrials = z.object({ threads: z.number().int(), measuredAt: z.string(), forms: z.array(MeasuredForm) });
export type FormTrials = z.output<typeof FormTrials>;
