import { connectTasks } from '../../contract/transport/tasks.ts';
import type { PredictionTasks } from '../../learning/prediction/predictionTasks.ts';
import type { SearchTasks } from '../../learning/search/searchTasks.ts';
import type { LearningTasks } from '../../learning/tasks.ts';
import type { RateTasks } from '../../learning/training/rateTasks.ts';
import type { AppContext } from '../context.ts';

/** Everything a learning worker does. */
export type WorkerTasks = LearningTasks & PredictionTasks & RateTasks & SearchTasks;

interface Options<P> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: P) => void;
}

/** One task in a learning worker of its own, gone afterwards with all the engine's memory. */
export async function runInWorker<K extends keyof WorkerTasks & string>(
  { spawnWorker }: Pick<AppContext, 'spawnWorker'>,
  name: K,
  input: WorkerTasks[K]['input'],
  options: Options<WorkerTasks[K]['progress']> = {},
): Promise<WorkerTasks[K]['output']> {
  const worker = spawnWorker('learning');
  try {
    return await connectTasks<WorkerTasks>(worker.channel, worker.causeOfEnd).run(name, input, options as never);
  } finally {
    worker.kill();
  }
}
