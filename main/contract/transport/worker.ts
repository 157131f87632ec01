import type { AppError } from '../../domain/errors.ts';
import type { Channel } from './channel.ts';
import { lateChannel } from './lateChannel.ts';
import { portChannel } from './portChannel.ts';
import { type IpcEnd, processChannel } from './processChannel.ts';

/** Worker programs the core may start; the host knows where each lies and how to start a process. */
export type WorkerEntry = 'imaging' | 'learning';

export interface WorkerHandle {
  readonly pid: number | undefined;
  readonly channel: Channel;
  /** SIGKILL: nothing in the worker runs after this. */
  kill(): void;
  /** Called once; at once if the process has already ended. */
  onExit(listener: () => void): void;
  /** Why a process ended that nobody here ended, as far as the host can tell. */
  causeOfEnd?(): AppError | undefined;
}

/** Injected by the host: child processes of plain Node, or utilityProcesses under Electron. */
export type SpawnWorker = (entry: WorkerEntry, options?: { maxOldSpaceMb?: number; threads?: number }) => WorkerHandle;

type TransferredPort = Parameters<typeof portChannel>[0];

/** Electron's `process.parentPort` as a worker sees it: the shell sends one message, which carries a port. */
export interface ParentPort {
  on(event: 'message', listener: (event: { ports: TransferredPort[] }) => void): unknown;
}

/** The parts of `process` that a worker program needs. */
type SelfProcess = IpcEnd & {
  parentPort?: ParentPort;
  exit?(code: number): void;
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
};

/** How long a worker may go on after its parent has gone: time to write a checkpoint. */
const graceMs = 20_000;

/**
 * The channel to the core that asked for this process, whatever kind of process it is: `parentChannel(process)`.
 * Under plain Node it is the IPC pipe; under Electron the port that the shell hands over, which leads straight to the
 * core. When the core is gone the channel closes, running tasks are aborted, and the process ends: at once when nothing
 * is left to do, after a grace period at the latest, so that no worker outlives its core.
 */
export function parentChannel(self: SelfProcess): Channel {
  // Ctrl-C reaches every process of the terminal; whether and when a worker ends is for its core to say.
  self.on('SIGINT', () => undefined);
  self.on('SIGTERM', () => undefined);
  const channel = self.parentPort ? transferredChannel(self.parentPort) : processChannel(self);
  channel.onClose(() => {
    setTimeout(() => self.exit?.(1), graceMs).unref();
  });
  return channel;
}

function transferredChannel(parent: ParentPort): Channel {
  const late = lateChannel();
  parent.on('message', ({ ports: [port] }) => {
    if (port) late.adopt(portChannel(port));
  });
  return late.channel;
}
