import type { WorkerEntry } from './worker.ts';

/**
 * What the desktop shell and its core process say to each other. Ports travel beside the message: a window's port with
 * `window-opened`, a worker's with `worker-started`.
 */
export type ToCore =
  | { type: 'window-opened' }
  | { type: 'worker-started'; workerId: number; pid: number | undefined }
  | { type: 'worker-ended'; workerId: number }
  | { type: 'running-jobs?' }
  | { type: 'close' };

export type FromCore =
  | { type: 'ready'; workspacePath: string }
  /** The core cannot start: the workspace is in use, damaged, ... */
  | { type: 'failed'; code: string; message: string }
  | { type: 'start-worker'; workerId: number; entry: WorkerEntry; maxOldSpaceMb?: number; threads?: number }
  | { type: 'kill-worker'; workerId: number }
  | { type: 'running-jobs'; hasRunningJobs: boolean }
  /** A client asked the program to end. */
  | { type: 'shutdown-requested' }
  /** Everything is checkpointed and the workspace released. */
  | { type: 'closed' };
