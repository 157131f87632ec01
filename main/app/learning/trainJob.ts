import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunStatus, TrainingConfig } from '../../contract/training.ts';
import { connectTasks } from '../../contract/transport/tasks.ts';
import { asAppError } from '../../domain/errors.ts';
import { overfittingHint } from '../../learning/training/overfittingHint.ts';
import type { TrainOutcome, TrainProgress } from '../../learning/training/run.ts';
import { newId } from '../../store/newId.ts';
import type { AppContext } from '../context.ts';
import { automaticDevice } from '../devices/deviceOverview.ts';
import { formsFile } from '../devices/formTrials.ts';
import type { JobContext } from '../jobs.ts';
import { version } from '../version.ts';
import type { ActiveRuns } from './activeRuns.ts';
import type { WorkerTasks } from './runInWorker.ts';

export interface TrainJob {
  readonly runId: string;
  readonly snapshotId: string;
  readonly snapshotDirectory: string;
  /** Absent on resume: the run folder holds it. */
  readonly config?: TrainingConfig;
  readonly backbonePath?: string;
  readonly resume: boolean;
}

/**
 * A training in a worker process of its own. Cancelled, or the core closing: the worker writes a checkpoint first. The
 * worker killed: the run is interrupted and can be resumed from its last checkpoint.
 */
export async function trainJob(context: AppContext, active: ActiveRuns, training: TrainJob, job: JobContext) {
  const { runs, workspace } = context.store;
  const { runId } = training;
  const directory = join(workspace.runsFolder, runId);
  const modelId = newId('model');
  const worker = context.spawnWorker('learning');
  const tasks = connectTasks<WorkerTasks>(worker.channel, worker.causeOfEnd);
  active.add(runId, { directory, tasks });
  setStatus(context, runId, 'running');
  try {
    const outcome = await tasks.run(
      'train',
      {
        snapshotDirectory: training.snapshotDirectory,
        runDirectory: directory,
        modelDirectory: join(workspace.modelsFolder, modelId),
        modelName: runs.run(runId)?.summary.name ?? runId,
        ...(training.config ? { config: training.config } : {}),
        ...(training.backbonePath === undefined ? {} : { backbonePath: training.backbonePath }),
        automaticDevice: automaticDevice(),
        formsFile: formsFile(),
        resume: training.resume,
        codeVersion: version,
        createdAt: new Date().toISOString(),
      },
      { signal: job.signal, onProgress: (progress) => report(context, runId, progress, job) },
    );
    return finish(context, training, modelId, outcome, job);
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    const status = code === 'worker-died' || code === 'cancelled' ? 'interrupted' : 'failed';
    runs.changeRun(runId, { status, error: { code, message } });
    context.announce('runs.changed', { runId, status });
    throw thrown;
  } finally {
    active.remove(runId);
    worker.kill();
  }
}

function setStatus(context: AppContext, runId: string, status: RunStatus): void {
  context.store.runs.changeRun(runId, { status });
  context.announce('runs.changed', { runId, status });
}

function report(context: AppContext, runId: string, progress: TrainProgress, job: JobContext): void {
  if (progress.kind === 'phase') {
    const { message, fraction } = progress;
    job.progress({ message, ...(fraction !== undefined && { fraction }) });
    return;
  }
  const { runs } = context.store;
  if (progress.kind === 'step') {
    const { kind: _, ...step } = progress;
    context.announce('runs.stepEnded', { runId, ...step });
    job.progress(stepProgress(context, runId, progress));
    return;
  }
  const { row, preview } = progress;
  runs.addEpoch(runId, row);
  const run = runs.run(runId);
  const task = run && runs.snapshot(run.summary.snapshotId)?.summary.task;
  const hint = overfittingHint(run?.epochs ?? [], run?.config.loss, task) ?? ''; // none now: what was said before no longer holds
  const seconds = run?.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) ?? 0;
  runs.changeRun(runId, { preview, seconds, hint });
  context.announce('runs.epochEnded', { runId, row, preview });
}

function stepProgress(context: AppContext, runId: string, progress: Extract<TrainProgress, { kind: 'step' }>) {
  const run = context.store.runs.run(runId);
  const { epoch, step, steps, fold, etaSeconds } = progress;
  const epochs = run?.config.epochs ?? 1;
  const folds = run?.summary.folds ?? 1;
  const done = ((fold ?? 1) - 1 + (epoch - 1 + step / steps) / epochs) / folds;
  const message = `${fold === undefined ? '' : `fold ${fold} of ${folds}, `}epoch ${epoch} of ${epochs}`;
  return { fraction: Math.min(1, done), message, ...(etaSeconds === undefined ? {} : { etaSeconds }) };
}

function finish(context: AppContext, training: TrainJob, modelId: string, outcome: TrainOutcome, job: JobContext) {
  const { runs } = context.store;
  const { runId, snapshotId } = training;
  const { model, status, seconds, bestEpoch, metrics } = outcome;
  if (model) {
    const sizeBytes = statSync(join(model.directory, 'model.onnx')).size;
    runs.addModel({
      id: modelId,
      name: model.card.name,
      card: model.card,
      path: model.directory,
      sizeBytes,
      runId,
      snapshotId,
    });
    context.announce('models.changed', {});
  }
  runs.changeRun(runId, { status, seconds, ...(model ? { modelId } : {}) });
  context.announce('runs.changed', { runId, status });
  job.progress({ fraction: 1, message: status });
  return { run: runId, status, seconds, ...(model ? { model: modelId } : {}), bestEpoch, metrics };
}
