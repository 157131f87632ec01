import { mkdirSync } from 'node:fs';
import type { ModelCard } from '../../contract/models.ts';
import type { EpochRow, RunDetail, TrainingConfig } from '../../contract/training.ts';
import type { Interval } from '../../contract/values.ts';
import type { StepReport } from './loop/trainFold.ts';
import { asMemoryError } from './memoryError.ts';
import type { EarlyEnd, RunControl } from './runControl.ts';
import { lockRun, type RunLock } from './runLock.ts';

export interface TrainInput {
  readonly snapshotDirectory: string;
  readonly runDirectory: string;
  /** Becomes the model folder; its parent exists. */
  readonly modelDirectory: string;
  readonly modelName: string;
  /** Left out on resume: the run knows its own. */
  readonly config?: TrainingConfig;
  /** Folder or file of the model that `config.backbone` names; absent for `none` and `random`. */
  readonly backbonePath?: string;
  /** What the device `auto` means on this machine; written into a new run, where a resumed one finds it. */
  readonly automaticDevice?: string;
  /** Where trials of forms are kept on this machine; absent: no trials, rules of shape alone decide. */
  readonly formsFile?: string;
  /** Steps from which a training is long enough for trials, 500 unless told. */
  readonly trialsFromSteps?: number;
  /** Go on with what the run folder holds; without it the folder has to be new. */
  readonly resume: boolean;
  readonly codeVersion: string;
  /** Least time between checkpoints, 30 unless told; 0: after every step. */
  readonly checkpointSeconds?: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export type TrainProgress =
  | ({ readonly kind: 'step' } & StepReport)
  | { readonly kind: 'epoch'; readonly row: EpochRow; readonly preview: RunDetail['preview'] }
  | { readonly kind: 'phase'; readonly message: string; readonly fraction?: number };

export interface TrainOutcome {
  readonly status: 'finished' | EarlyEnd;
  /** Absent where training was paused or interrupted, or stopped before its first epoch was over. */
  readonly model?: { readonly directory: string; readonly card: ModelCard };
  /** Of the first fold where there are folds. */
  readonly bestEpoch?: number;
  readonly metrics?: { readonly valLoss: number; readonly valAuroc?: Interval; readonly valError?: Interval };
  /** Training time, all sittings together. */
  readonly seconds: number;
  readonly epochs: readonly EpochRow[];
}

export interface RunHooks {
  readonly control: RunControl;
  readonly onProgress: (progress: TrainProgress) => void;
}

interface EndOfRun {
  readonly status: TrainOutcome['status'];
  readonly epochs: readonly EpochRow[];
  readonly model?: TrainOutcome['model'];
  readonly bestEpoch?: number | undefined;
}

/** What a run tells when it ends: its time from its epochs, its figures from the card of its model. */
export function runOutcome({ status, epochs, model, bestEpoch }: EndOfRun): TrainOutcome {
  const validation = model?.card.validation;
  return {
    ...{ status, epochs, seconds: epochs.reduce((sum, row) => sum + row.seconds, 0) },
    ...(model && { model }),
    ...(bestEpoch !== undefined && { bestEpoch }),
    ...(validation && {
      metrics: {
        valLoss: validation.loss,
        ...(validation.auroc && { valAuroc: validation.auroc }),
        ...(validation.meanAbsoluteError && { valError: validation.meanAbsoluteError }),
      },
    }),
  };
}

/** Does the work of a run as its only writer. Throws `run-active`, and `out-of-memory` for whatever way memory ran out. */
export async function whileLocked<T>(runDirectory: string, work: (lock: RunLock) => Promise<T>): Promise<T> {
  mkdirSync(runDirectory, { recursive: true });
  const lock = await lockRun(runDirectory);
  try {
    return await work(lock);
  } catch (error) {
    throw asMemoryError(error);
  } finally {
    lock.release();
  }
}
