import type { SpawnWorker } from '../contract/transport/worker.ts';
import type { ImagingPool } from '../imaging/pool.ts';
import type { Store } from '../store/store.ts';
import type { Announce } from './announcer.ts';
import type { JobQueue } from './jobs.ts';
import type { ModelRunner } from './learning/modelRunner.ts';

/** What every handler works with: the rooms, opened once. */
export interface AppContext {
  readonly store: Store;
  readonly jobs: JobQueue;
  readonly imaging: ImagingPool;
  /** A worker that keeps recently used models loaded, for predictions on the open image. */
  readonly modelRunner: ModelRunner;
  readonly spawnWorker: SpawnWorker;
  readonly announce: Announce;
  readonly host: HostFacts;
}

export interface HostFacts {
  readonly kind: 'browser' | 'electron' | 'command-line';
  readonly reason?: string | undefined;
  readonly canPickFiles: boolean;
  readonly needsUpload: boolean;
  /** Asks the host to end the core, or to open another workspace. */
  requestShutdown(jobs: 'keep-running' | 'checkpoint-and-stop'): void;
  requestWorkspace(path: string): void;
}
