import type { Channel } from './channel.ts';
import { type IpcEnd, processChannel, type UtilityEnd } from './processChannel.ts';

/** Worker programs the core may start; the host knows where each lies and how to start a process. */
export type WorkerEntry = 'imaging' | 'learning';

export interface WorkerHandle {
  readonly pid: number | undefined;
  readonly channel: Channel;
  /** SIGKILL: nothing in the worker runs after this. */
  kill(): void;
  onExit(listener: () => void): void;
}

/** Injected by the host: child processes of plain Node, or utilityProcesses under Electron. */
export type SpawnWorker = (entry: WorkerEntry, options?: { maxOldSpaceMb?: number; threads?: number }) => WorkerHandle;

/** The channel to the process that started this one, whatever kind of process that is. */
export function parentChannel(self: IpcEnd & { parentPort?: UtilityEnd }): Channel {
  return processChannel(self.parentPort ?? self);
}
