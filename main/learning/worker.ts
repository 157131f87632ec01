import type { TaskHandlers } from '../contract/transport/tasks.ts';
import { serveTasks } from '../contract/transport/tasks.ts';
import { parentChannel } from '../contract/transport/worker.ts';
import { type PredictionTasks, predictionTasks } from './prediction/predictionTasks.ts';
import { type SearchTasks, searchTasks } from './search/searchTasks.ts';
import { type LearningTasks, learningTasks } from './tasks.ts';
import { type RateTasks, rateTasks } from './training/rateTasks.ts';

/**
 * The process in which networks are trained and run: engines hold native memory and use every core, so they never share
 * a process with the core. When the parent is gone or the process is told to end, running tasks are aborted (a training
 * writes its checkpoint) and the process ends after them: no orphan, nothing lost.
 */
const channel = parentChannel(process);
const active = new Set<Promise<unknown>>();
const aborted = new AbortController();

/** The task's own signal, or the end of this process. */
function counted<I, C extends { readonly signal: AbortSignal }, O>(handler: (input: I, context: C) => Promise<O> | O) {
  return async (input: I, context: C): Promise<O> => {
    const signal = AbortSignal.any([context.signal, aborted.signal]);
    const task = Promise.resolve(handler(input, { ...context, signal }));
    active.add(task);
    try {
      return await task;
    } finally {
      active.delete(task);
    }
  };
}

async function end(): Promise<void> {
  aborted.abort();
  await Promise.allSettled(active);
  // One turn of the event loop for the answers to leave.
  setTimeout(() => process.exit(0), 50);
}

const handlers = { ...learningTasks(), ...predictionTasks, ...rateTasks, ...searchTasks };
const served = Object.fromEntries(
  Object.entries(handlers).map(([name, handler]) => [name, counted(handler as never)]),
) as unknown as TaskHandlers<LearningTasks & PredictionTasks & RateTasks & SearchTasks>;
serveTasks(channel, served);
channel.onClose(() => void end());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
