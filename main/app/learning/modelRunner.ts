import { connectTasks, type TaskRunner } from '../../contract/transport/tasks.ts';
import type { SpawnWorker, WorkerHandle } from '../../contract/transport/worker.ts';
import type {
  PredictionTasks,
  PredictOutput,
  PredictRequest,
  PredictSlicesOutput,
  PredictSlicesRequest,
} from '../../learning/prediction/predictionTasks.ts';
import { threadCount } from './threadCount.ts';

/** Runs models on single images in a worker that stays for a while with the model compiled. */
export interface ModelRunner {
  predict(request: Omit<PredictRequest, 'threads'>, signal?: AbortSignal): Promise<PredictOutput>;
  /** The slices of a case together. */
  predictSlices(request: Omit<PredictSlicesRequest, 'threads'>, signal?: AbortSignal): Promise<PredictSlicesOutput>;
  close(): void;
}

const idleMs = 120_000;

/** The worker starts with the first request, and ends when unused for two minutes: engines hold much memory. */
export function createModelRunner(spawnWorker: SpawnWorker): ModelRunner {
  let worker: { handle: WorkerHandle; tasks: TaskRunner<PredictionTasks> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const close = (): void => {
    clearTimeout(timer);
    worker?.handle.kill();
    worker = undefined;
  };
  const start = (): TaskRunner<PredictionTasks> => {
    if (worker) return worker.tasks;
    const handle = spawnWorker('learning');
    const started = { handle, tasks: connectTasks<PredictionTasks>(handle.channel, handle.causeOfEnd) };
    handle.onExit(() => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started.tasks;
  };
  /** One at a time: each run uses all threads. */
  const inTurn = <T>(work: (tasks: TaskRunner<PredictionTasks>) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const run = async (): Promise<T> => {
      signal?.throwIfAborted();
      clearTimeout(timer);
      try {
        return await work(start());
      } finally {
        timer = setTimeout(close, idleMs);
        timer.unref();
      }
    };
    const result = turn.then(run, run);
    turn = result.catch(() => undefined);
    return result;
  };
  const options = (signal?: AbortSignal) => (signal ? { signal } : {});
  return {
    predict: (request, signal) =>
      inTurn((tasks) => tasks.run('predict', { ...request, threads: threadCount() }, options(signal)), signal),
    predictSlices: (request, signal) =>
      inTurn((tasks) => tasks.run('predictSlices', { ...request, threads: threadCount() }, options(signal)), signal),
    close,
  };
}
