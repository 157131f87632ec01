import { connectTasks } from '../../contract/transport/tasks.ts';
import type { LearningTasks } from '../../learning/tasks.ts';
import type { AppContext } from '../context.ts';

interface Options<P> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: P) => void;
}

/** One task in a learning worker of its own, gone afterwards with all the engine's memory. */
export async function runInWorker<K extends keyof LearningTasks & string>(
  { spawnWorker }: Pick<AppContext, 'spawnWorker'>,
  name: K,
  input: LearningTasks[K]['input'],
  options: Options<LearningTasks[K] extends { progress: infer P } ? P : never>,
): Promise<LearningTasks[K]['output']> {
  const worker = spawnWorker('learning');
  try {
    return await connectTasks<LearningTasks>(worker.channel).run(name, input, options as never);
  } finally {
    worker.kill();
  }
}
