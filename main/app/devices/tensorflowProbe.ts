import { setTimeout as delay } from 'node:timers/promises';
import { connectTasks } from '../../contract/transport/tasks.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { findTensorFlow } from '../../learning/engine/machine/tensorflowPackage.ts';
import type { LoadedFacts } from '../../learning/engine/tensorflow/loadTensorFlow.ts';
import type { AppContext } from '../context.ts';
import type { WorkerTasks } from '../learning/runInWorker.ts';

/** Whether the installed TensorFlow loads. */
export type TensorFlowProbe = { readonly facts: LoadedFacts } | { readonly problem: string };

/** A library that has not answered by then hangs in its driver. */
const limitMs = 60_000;

let known: { readonly key: string; readonly probe: Promise<TensorFlowProbe>; answer?: TensorFlowProbe } | undefined;

async function probeIn({ spawnWorker }: Pick<AppContext, 'spawnWorker'>): Promise<TensorFlowProbe> {
  const stop = new AbortController();
  const worker = spawnWorker('learning');
  try {
    const answer = connectTasks<WorkerTasks>(worker.channel, worker.causeOfEnd).run('probeTensorFlow', {});
    const late = delay(limitMs, undefined, { signal: stop.signal }).then(() => {
      throw new AppError('time-limit', 'TensorFlow did not start within a minute.');
    });
    return { facts: await Promise.race([answer, late]) };
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    return { problem: code === 'worker-died' ? 'TensorFlow brings down the process that loads it.' : message };
  } finally {
    stop.abort();
    worker.kill();
  }
}

/**
 * Loads the TensorFlow that is installed, in a process of its own, once for each installation. Undefined where none is,
 * or where its files already tell that it cannot be loaded.
 */
export async function probeTensorFlow(context: Pick<AppContext, 'spawnWorker'>): Promise<TensorFlowProbe | undefined> {
  const found = findTensorFlow();
  if (found === undefined || found.problem !== undefined) return undefined;
  const key = `${found.folder} ${found.version} ${found.libraryVersion}`;
  if (known?.key !== key) {
    const entry: NonNullable<typeof known> = { key, probe: probeIn(context) };
    known = entry;
    entry.answer = await entry.probe;
  }
  return known.probe;
}

/** What the last probe found, without starting one. */
export const lastProbe = (): TensorFlowProbe | undefined => known?.answer;
