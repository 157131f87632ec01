import { z } from 'zod';

/** How far a rate search goes: from `lowest` up to `highest`, by the same factor each step. */
export const RateRange = z.object({
  lowest: z.number().positive().default(1e-7),
  highest: z.number().positive().max(100).default(10),
  steps: z.number().int().min(20).max(1000).default(200),
});
export type RateRange = z.output<typeof RateRange>;

/** The loss of a short training whose rate rises step by step (Smith, 2017). */
export const RateSearch = z.object({
  /** In order of the rate; ends early where the loss explodes. */
  points: z.array(z.object({ rate: z.number(), loss: z.number(), smoothed: z.number() })),
  /** Where the smoothed loss falls most steeply; absent where it never falls. */
  suggested: z.number().optional(),
  /** The rate of the smallest smoothed loss: above it training becomes unstable. */
  lowestLossAt: z.number().optional(),
  seconds: z.number(),
});
export type RateSearch = z.output<typeof RateSearch>;
