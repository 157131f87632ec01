import { availableParallelism } from 'node:os';
import type { AppHandlers } from '../contract/index.ts';
import type { Job } from '../contract/jobs.ts';
import type { SpawnWorker } from '../contract/transport/worker.ts';
import { createImagingPool } from '../imaging/pool.ts';
import { openStore } from '../store/openStore.ts';
import { Announcer, type EventListener } from './announcer.ts';
import type { AppContext } from './context.ts';
import { deidentifyHandlers } from './deidentify/deidentifyHandlers.ts';
import { augmentationHandlers } from './handlers/augmentationHandlers.ts';
import { datasetHandlers } from './handlers/datasetHandlers.ts';
import { deviceHandlers } from './handlers/deviceHandlers.ts';
import { imageHandlers } from './handlers/imageHandlers.ts';
import { importHandlers } from './handlers/importHandlers.ts';
import { jobHandlers } from './handlers/jobHandlers.ts';
import { labelHandlers } from './handlers/labelHandlers.ts';
import { modelHandlers } from './handlers/modelHandlers.ts';
import { networkHandlers } from './handlers/networkHandlers.ts';
import { searchHandlers } from './handlers/searchHandlers.ts';
import { systemHandlers } from './handlers/systemHandlers.ts';
import { trainingHandlers } from './handlers/trainingHandlers.ts';
import { JobQueue } from './jobs.ts';
import { createModelRunner } from './learning/modelRunner.ts';
import { seriesExportHandlers } from './series/seriesExportHandlers.ts';
import { rememberWorkspace } from './system/recentWorkspaces.ts';

export interface AppOptions {
  readonly workspacePath: string;
  readonly host: 'browser' | 'electron' | 'command-line';
  /** Why this host and not the desktop window. */
  readonly hostReason?: string;
  readonly canPickFiles?: boolean;
  readonly needsUpload?: boolean;
  readonly spawnWorker: SpawnWorker;
  /** Where the host's log goes; never patient data. */
  readonly log?: (line: object) => void;
}

/** One open workspace with everything that works on it. */
export interface App {
  readonly workspacePath: string;
  readonly handlers: AppHandlers;
  /** Returns the function that stops listening. */
  subscribe(listener: EventListener): () => void;
  hasRunningJobs(): boolean;
  /** Writes into the lock where another process may attach. */
  announceAttach(attach: { url: string; token: string }): void;
  onShutdownRequested(listener: (jobs: 'keep-running' | 'checkpoint-and-stop') => void): void;
  onOpenWorkspace(listener: (path: string) => void): void;
  /** Running jobs write what they need to go on, then the workspace is closed and its lock freed. */
  close(mode?: 'checkpoint-and-stop'): Promise<void>;
}

/** Errors: those of `openStore` (`workspace-in-use`, `workspace-too-new`, `workspace-damaged`). */
export async function createApp(options: AppOptions): Promise<App> {
  const store = openStore(options.workspacePath, { kind: options.host });
  store.runs.recover();
  const announcer = new Announcer();
  const { announce } = announcer;
  const shutdownListeners = new Set<(jobs: 'keep-running' | 'checkpoint-and-stop') => void>();
  const workspaceListeners = new Set<(path: string) => void>();
  const jobs = new JobQueue(
    { save: (job: Job) => store.runs.saveJob(job), announce: (job) => announce('jobs.changed', job) },
    store.runs.jobs(),
  );
  const context: AppContext = {
    ...{ store, jobs, announce, spawnWorker: options.spawnWorker },
    imaging: createImagingPool({ spawnWorker: options.spawnWorker, size: availableParallelism() }),
    modelRunner: createModelRunner(options.spawnWorker),
    host: {
      kind: options.host,
      reason: options.hostReason,
      canPickFiles: options.canPickFiles ?? false,
      needsUpload: options.needsUpload ?? options.host === 'browser',
      requestShutdown: (mode) => {
        for (const listener of shutdownListeners) listener(mode);
      },
      requestWorkspace: (path) => {
        for (const listener of workspaceListeners) listener(path);
      },
    },
  };
  if (options.host !== 'command-line') await rememberWorkspace(store.workspace.path);
  return {
    workspacePath: store.workspace.path,
    handlers: handlersOf(context),
    subscribe: (listener) => announcer.subscribe(listener),
    hasRunningJobs: () => jobs.active.length > 0,
    announceAttach: (attach) => store.workspace.announce(attach),
    onShutdownRequested: (listener) => void shutdownListeners.add(listener),
    onOpenWorkspace: (listener) => void workspaceListeners.add(listener),
    close: async () => {
      await jobs.cancelAll();
      context.modelRunner.close();
      context.imaging.close();
      store.close();
    },
  };
}

function handlersOf(context: AppContext): AppHandlers {
  return {
    ...systemHandlers(context),
    ...imageHandlers(context),
    ...importHandlers(context),
    ...deidentifyHandlers(context),
    ...seriesExportHandlers(context),
    ...labelHandlers(context),
    ...datasetHandlers(context),
    ...trainingHandlers(context),
    ...searchHandlers(context),
    ...augmentationHandlers(context),
    ...modelHandlers(context),
    ...deviceHandlers(context),
    ...networkHandlers(context),
    ...jobHandlers(context),
  };
}
