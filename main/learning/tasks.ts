import type { SnapshotSummary } from '../contract/datasets.ts';
import type { TrainingConfig, TrainingPlan } from '../contract/training.ts';
import type { TaskHandlers } from '../contract/transport/tasks.ts';
import { loadCaseFrame } from './dataset/greyFrame.ts';
import { readSnapshotIndex, snapshotSummary } from './dataset/openSnapshot.ts';
import type { SnapshotManifest } from './dataset/snapshotManifest.ts';
import { type SnapshotRequest, writeSnapshot } from './dataset/writeSnapshot.ts';
import { trainWithHead } from './heads/trainHeads.ts';
import { measureTraining } from './training/measureTraining.ts';
import type { TrainInput, TrainOutcome, TrainProgress } from './training/run.ts';
import { RunControl } from './training/runControl.ts';

/** What the learning worker does for the core. */
export type LearningTasks = {
  createSnapshot: {
    input: SnapshotRequest;
    output: { summary: SnapshotSummary } & Pick<SnapshotManifest, 'counts' | 'excluded' | 'findings' | 'funnel'>;
    progress: { done: number; total: number };
  };
  /** Cancelling it, or closing the channel, writes a checkpoint and answers `interrupted`. */
  train: { input: TrainInput; output: TrainOutcome; progress: TrainProgress };
  /** Answers at once; the `train` task itself tells when it has ended. */
  controlRun: {
    input: { runDirectory: string; action: 'pause' | 'stop' };
    output: { isRunning: boolean };
    progress: never;
  };
  /** Runs a few steps and times them. */
  measureTraining: {
    input: { snapshotDirectory: string; config: TrainingConfig; backbonePath?: string; automaticDevice?: string };
    output: TrainingPlan['estimate'];
    progress: never;
  };
};

/** Step reports go to the screen: more than a few a second help nobody. */
const STEP_REPORT_MS = 250;

function sparingly(report: (progress: TrainProgress) => void): (progress: TrainProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (progress.kind === 'step' && progress.step < progress.steps && now - last < STEP_REPORT_MS) return;
    last = now;
    report(progress);
  };
}

/** Handlers with the runs they are training, so that a second call can pause one. */
export function learningTasks(): TaskHandlers<LearningTasks> {
  const running = new Map<string, RunControl>();
  return {
    createSnapshot: async (request, { signal, progress }) => {
      const onProgress = (done: number, total: number) => progress({ done, total });
      const { directory, manifest } = await writeSnapshot(request, loadCaseFrame, { signal, onProgress });
      const { counts, excluded, findings, funnel } = manifest;
      return { summary: snapshotSummary(readSnapshotIndex(directory)), counts, excluded, findings, funnel };
    },
    train: async (input, { signal, progress }) => {
      const control = new RunControl();
      signal.addEventListener('abort', () => control.interrupt(), { once: true });
      if (signal.aborted) control.interrupt();
      running.set(input.runDirectory, control);
      try {
        return await trainWithHead(input, { control, onProgress: sparingly(progress) });
      } finally {
        if (running.get(input.runDirectory) === control) running.delete(input.runDirectory);
      }
    },
    controlRun: ({ runDirectory, action }) => {
      const control = running.get(runDirectory);
      if (action === 'pause') control?.pause();
      else control?.stop();
      return { isRunning: control !== undefined };
    },
    measureTraining,
  };
}
