import { connectTasks, type TaskRunner } from '../contract/transport/tasks.ts';
import type { SpawnWorker, WorkerHandle } from '../contract/transport/worker.ts';
import { AppError, asAppError, type ErrorCode } from '../domain/errors.ts';
import type { ImagingTasks } from './tasks.ts';

type TaskName =
  | 'indexFile'
  | 'indexFiles'
  | 'readDicomdir'
  | 'hashFile'
  | 'storeFile'
  | 'inspectFile'
  | 'presentationState'
  | 'loadFrame'
  | 'thumbnail'
  | 'deidentifyFile'
  | 'proposeMasks'
  | 'previewChanges';
type Output<K extends TaskName> = ImagingTasks[K]['output']['value'];

export interface RunOptions {
  /** Default 30 s. The worker is killed and the task fails with `time-limit`. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Interactive tasks go first. Default: interactive for `loadFrame` and `thumbnail`. */
  readonly priority?: 'interactive' | 'background';
}

/** Killable workers for parsing and decoding. Closing kills them and fails what waits with `cancelled`. */
export interface ImagingPool {
  run<K extends TaskName>(name: K, input: ImagingTasks[K]['input'], options?: RunOptions): Promise<Output<K>>;
  readonly size: number;
  close(): void;
}

export interface ImagingPoolOptions {
  readonly spawnWorker: SpawnWorker;
  /** Worker processes at most; they start when needed. */
  readonly size: number;
  readonly maxOldSpaceMb?: number;
  /** A worker that grew by more than this since its start is replaced. */
  readonly maxGrowthMb?: number;
  readonly timeoutMs?: number;
}

interface QueuedTask {
  readonly name: TaskName;
  readonly input: unknown;
  readonly timeoutMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  isSettled: boolean;
}

/** After these a worker is as good as before: the file was refused before any codec ran, or is just not there. */
const harmless = new Set<ErrorCode>([
  'not-dicom',
  'unknown-format',
  'not-an-image',
  'no-metadata',
  'no-pixel-data',
  'damaged-header',
  'missing-attribute',
  'unsupported-transfer-syntax',
  'unsupported-pixel-format',
  'file-not-found',
  'file-unreadable',
  'file-too-large',
  'not-found',
]);

/** Creates the pool; no process starts before the first task. */
export function createImagingPool(options: ImagingPoolOptions): ImagingPool {
  return new Pool(options);
}

class Pool implements ImagingPool {
  readonly size: number;
  private readonly options: ImagingPoolOptions;
  private readonly interactive: QueuedTask[] = [];
  private readonly background: QueuedTask[] = [];
  private readonly workers = new Set<PoolWorker>();
  private isClosed = false;

  constructor(options: ImagingPoolOptions) {
    this.options = options;
    this.size = options.size;
  }

  run<K extends TaskName>(name: K, input: ImagingTasks[K]['input'], options: RunOptions = {}): Promise<Output<K>> {
    if (this.isClosed || options.signal?.aborted) return Promise.reject(cancelled());
    return new Promise<unknown>((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? 30_000;
      const task: QueuedTask = { name, input, timeoutMs, resolve, reject, isSettled: false };
      // A cancelled task is forgotten at once; if it already runs, its worker finishes it for nobody.
      options.signal?.addEventListener('abort', () => settle(task, () => reject(cancelled())), { once: true });
      const isInteractive = (options.priority ?? defaultPriority(name)) === 'interactive';
      (isInteractive ? this.interactive : this.background).push(task);
      this.pump();
    }) as Promise<Output<K>>;
  }

  close(): void {
    this.isClosed = true;
    for (const task of [...this.interactive.splice(0), ...this.background.splice(0)]) {
      settle(task, () => task.reject(cancelled()));
    }
    for (const worker of this.workers) worker.kill();
    this.workers.clear();
  }

  private pump(): void {
    for (;;) {
      const worker = this.idleWorker();
      const task = worker && this.nextTask();
      if (!worker || !task) return;
      void this.runOn(worker, task);
    }
  }

  private nextTask(): QueuedTask | undefined {
    for (;;) {
      const task = this.interactive.shift() ?? this.background.shift();
      if (!task?.isSettled) return task;
    }
  }

  private idleWorker(): PoolWorker | undefined {
    const isWaiting = this.interactive.length + this.background.length > 0;
    if (this.isClosed || !isWaiting) return undefined;
    const idle = [...this.workers].find((worker) => !worker.isBusy);
    if (idle || this.workers.size >= this.size) return idle;
    const worker = new PoolWorker(this.options, (gone) => this.workers.delete(gone));
    this.workers.add(worker);
    return worker;
  }

  private async runOn(worker: PoolWorker, task: QueuedTask): Promise<void> {
    try {
      const value = await worker.run(task);
      settle(task, () => task.resolve(value));
    } catch (thrown) {
      settle(task, () => task.reject(this.isClosed ? cancelled() : asAppError(thrown)));
    }
    if (worker.isSpent) {
      worker.kill();
      this.workers.delete(worker);
    }
    this.pump();
  }
}

/** One process and what is known of its health. */
class PoolWorker {
  isBusy = false;
  /** To be replaced: it failed, was killed or grew too much. */
  isSpent = false;
  private readonly handle: WorkerHandle;
  private readonly runner: TaskRunner<ImagingTasks>;
  private readonly maxGrowthMb: number;
  private smallestMb = Number.POSITIVE_INFINITY;

  constructor(options: ImagingPoolOptions, onGone: (worker: PoolWorker) => void) {
    this.maxGrowthMb = options.maxGrowthMb ?? 512;
    this.handle = options.spawnWorker('imaging', { maxOldSpaceMb: options.maxOldSpaceMb ?? 640 });
    this.runner = connectTasks<ImagingTasks>(this.handle.channel, this.handle.causeOfEnd);
    this.handle.onExit(() => {
      this.isSpent = true;
      onGone(this);
    });
  }

  async run(task: QueuedTask): Promise<unknown> {
    this.isBusy = true;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const seconds = Math.round(task.timeoutMs / 100) / 10;
        reject(new AppError('time-limit', `The file took longer than ${seconds} s to read; it was given up.`));
        this.kill();
      }, task.timeoutMs);
    });
    try {
      const work = this.runner.run(task.name, task.input as never);
      const { value, residentMb } = await Promise.race([work, deadline]);
      this.smallestMb = Math.min(this.smallestMb, residentMb);
      if (residentMb - this.smallestMb > this.maxGrowthMb) this.isSpent = true;
      return value;
    } catch (thrown) {
      const error = asAppError(thrown);
      if (!harmless.has(error.code)) this.isSpent = true;
      throw error;
    } finally {
      clearTimeout(timer);
      this.isBusy = false;
    }
  }

  kill(): void {
    this.isSpent = true;
    this.handle.kill();
  }
}

function defaultPriority(name: TaskName): 'interactive' | 'background' {
  return name === 'loadFrame' || name === 'thumbnail' ? 'interactive' : 'background';
}

function settle(task: QueuedTask, deliver: () => void): void {
  if (task.isSettled) return;
  task.isSettled = true;
  deliver();
}

function cancelled(): AppError {
  return new AppError('cancelled', 'The task was cancelled.');
}
