import type { TaskRunner } from '../../contract/transport/tasks.ts';
import { AppError } from '../../domain/errors.ts';
import type { WorkerTasks } from './runInWorker.ts';

interface ActiveRun {
  readonly directory: string;
  readonly tasks: TaskRunner<WorkerTasks>;
}

/** Trainings in progress, so that a button can reach the worker of one. */
export class ActiveRuns {
  private readonly byId = new Map<string, ActiveRun>();

  add(runId: string, run: ActiveRun): void {
    this.byId.set(runId, run);
  }

  remove(runId: string): void {
    this.byId.delete(runId);
  }

  has(runId: string): boolean {
    return this.byId.has(runId);
  }

  /** Takes effect between two steps; the training job tells when it has ended. */
  async control(runId: string, action: 'pause' | 'stop'): Promise<void> {
    const run = this.byId.get(runId);
    if (!run) throw new AppError('conflict', 'This training is not running.');
    await run.tasks.run('controlRun', { runDirectory: run.directory, action });
  }
}
