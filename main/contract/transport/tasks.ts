import { AppError, asAppError, type ErrorCode } from '../../domain/errors.ts';
import type { Channel } from './channel.ts';

/**
 * Calls from the core to its own worker processes: same build on both sides, so typed by TypeScript alone, with
 * progress. `T` maps each task's name to its input, output and progress types.
 */
export type Tasks = Record<string, { input: unknown; output: unknown; progress?: unknown }>;

export interface TaskContext<P> {
  /** Aborted when the caller cancels or is gone. */
  readonly signal: AbortSignal;
  readonly progress: (value: P) => void;
}

export type TaskHandlers<T extends Tasks> = {
  [K in keyof T]: (
    input: T[K]['input'],
    context: TaskContext<T[K]['progress']>,
  ) => Promise<T[K]['output']> | T[K]['output'];
};

type Wire =
  | { type: 'task'; id: number; name: string; input: unknown }
  | { type: 'task-cancel'; id: number }
  | { type: 'task-progress'; id: number; progress: unknown }
  | { type: 'task-result'; id: number; output: unknown }
  | { type: 'task-failure'; id: number; code: ErrorCode; message: string };

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null && 'type' in value;

/** Worker side. When the channel closes (the parent is gone) every running task is aborted. */
export function serveTasks<T extends Tasks>(channel: Channel, handlers: TaskHandlers<T>): void {
  const running = new Map<number, AbortController>();
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(handlers, name)) throw new Error(`no task ${name}`);
      const context = {
        signal: controller.signal,
        progress: (progress: unknown) => channel.send({ type: 'task-progress', id, progress } satisfies Wire),
      };
      const output = await handlers[name as keyof T](input as never, context as never);
      channel.send({ type: 'task-result', id, output } satisfies Wire);
    } catch (error) {
      const { code, message } = asAppError(error);
      channel.send({ type: 'task-failure', id, code, message } satisfies Wire);
    } finally {
      running.delete(id);
    }
  };
  channel.onMessage((message) => {
    if (!isWire(message)) return;
    if (message.type === 'task-cancel') running.get(message.id)?.abort();
    if (message.type === 'task') void answer(message.id, message.name, message.input);
  });
}

export interface TaskRunner<T extends Tasks> {
  run<K extends keyof T & string>(
    name: K,
    input: T[K]['input'],
    options?: { onProgress?: (value: T[K]['progress']) => void; signal?: AbortSignal },
  ): Promise<T[K]['output']>;
}

/**
 * Core side. Tasks pending when the worker dies reject with AppError('worker-died'), or with what the host knows better:
 * `worker.causeOfEnd`.
 */
export function connectTasks<T extends Tasks>(
  channel: Channel,
  causeOfEnd?: () => AppError | undefined,
): TaskRunner<T> {
  type Pending = {
    resolve(value: unknown): void;
    reject(error: Error): void;
    onProgress?: ((value: unknown) => void) | undefined;
  };
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let closed = false;
  const died = (): AppError =>
    causeOfEnd?.() ?? new AppError('worker-died', 'the worker process ended before its task did');
  channel.onClose(() => {
    closed = true;
    for (const task of pending.values()) task.reject(died());
    pending.clear();
  });
  channel.onMessage((message) => {
    if (!isWire(message) || message.type === 'task' || message.type === 'task-cancel') return;
    const task = pending.get(message.id);
    if (message.type === 'task-progress') return task?.onProgress?.(message.progress);
    pending.delete(message.id);
    if (message.type === 'task-result') task?.resolve(message.output);
    if (message.type === 'task-failure') task?.reject(new AppError(message.code, message.message));
  });
  return {
    run: (name, input, options = {}) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(died());
          return;
        }
        if (options.signal?.aborted) {
          reject(new AppError('cancelled', 'the task was cancelled before it was sent'));
          return;
        }
        const id = nextId++;
        channel.send({ type: 'task', id, name, input } satisfies Wire);
        const cancel = (): void => channel.send({ type: 'task-cancel', id } satisfies Wire);
        const settled =
          <V>(settle: (value: V) => void) =>
          (value: V): void => {
            options.signal?.removeEventListener('abort', cancel);
            settle(value);
          };
        pending.set(id, {
          resolve: settled(resolve as (value: unknown) => void),
          reject: settled(reject),
          onProgress: options.onProgress as never,
        });
        options.signal?.addEventListener('abort', cancel, { once: true });
      }),
  };
}
