import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { SeedSearch, Trial } from '../../contract/search.ts';
import { trainWithHead } from '../heads/trainHeads.ts';
import { RunControl } from '../training/runControl.ts';
import type { SearchHooks } from './runSearch.ts';

export interface SeedRunsInput {
  readonly directory: string;
  readonly snapshotDirectory: string;
  readonly request: z.output<typeof SeedSearch>;
  readonly backbonePath?: string;
  readonly automaticDevice?: string;
  readonly codeVersion: string;
  readonly createdAt: string;
}

/**
 * Trains one configuration with one seed after the other; only the figures are kept. A training that was cut off starts
 * again from its last checkpoint.
 */
export async function seedRuns(
  input: SeedRunsInput,
  { signal, onTrial }: SearchHooks,
  earlier: readonly Trial[],
  onProgress: (message: string) => void,
): Promise<{ trials: Trial[]; isComplete: boolean }> {
  const { directory, snapshotDirectory, request, backbonePath, automaticDevice, codeVersion, createdAt } = input;
  const trials: Trial[] = [];
  for (let id = 1; id <= request.seeds; id++) {
    if (signal.aborted) return { trials, isComplete: false };
    const before = earlier.find((trial) => trial.id === id);
    const seed = request.config.seed + id - 1;
    const runDirectory = path.join(directory, `seed-${seed}`);
    const modelDirectory = path.join(directory, `model-${seed}`);
    let trial = before;
    if (!trial) {
      mkdirSync(directory, { recursive: true });
      const control = new RunControl();
      const interrupt = () => control.interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      const outcome = await trainWithHead(
        {
          ...{ snapshotDirectory, runDirectory, modelDirectory, modelName: `seed ${seed}` },
          config: { ...request.config, seed },
          ...(backbonePath !== undefined && { backbonePath }),
          ...(automaticDevice !== undefined && { automaticDevice }),
          ...{ resume: existsSync(path.join(runDirectory, 'run.json')), codeVersion, createdAt },
        },
        {
          control,
          onProgress: (progress) => {
            if (progress.kind === 'epoch') onProgress(`seed ${id} of ${request.seeds}, epoch ${progress.row.epoch}`);
          },
        },
      );
      signal.removeEventListener('abort', interrupt);
      if (outcome.status !== 'finished' || !outcome.metrics) return { trials, isComplete: false };
      const { valLoss, valAuroc } = outcome.metrics;
      const best = outcome.epochs.filter(({ isBest }) => isBest).at(-1);
      trial = {
        ...{ id, rung: 1, budget: 1, settings: { seed }, valLoss, trainLoss: best?.loss ?? valLoss },
        ...(valAuroc && { valAuroc: valAuroc.value }),
        seconds: outcome.seconds,
      };
      for (const folder of [runDirectory, modelDirectory]) rmSync(folder, { recursive: true, force: true });
    }
    trials.push(trial);
    onTrial(trial, before === undefined);
  }
  return { trials, isComplete: true };
}
