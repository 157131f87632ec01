import type { RateSearch } from '../../contract/training/rateSearch.ts';
import type { TaskHandlers } from '../../contract/transport/tasks.ts';
import { type FindRateInput, findRate } from './findRate.ts';

/** Searching a learning rate, for the learning worker. */
export type RateTasks = {
  findRate: {
    input: FindRateInput;
    output: RateSearch;
    progress: { readonly message: string; readonly fraction?: number; readonly etaSeconds?: number };
  };
};

export const rateTasks: TaskHandlers<RateTasks> = {
  findRate: (input, { signal, progress }) =>
    findRate(input, {
      signal,
      onPhase: (message) => progress({ message }),
      onStep: (done, steps, etaSeconds) =>
        progress({ message: `rate ${done} of ${steps}`, fraction: done / steps, etaSeconds }),
    }),
};
