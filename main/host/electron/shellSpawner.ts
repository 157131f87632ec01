import type { Channel } from '../../contract/transport/channel.ts';
import { type LateChannel, lateChannel } from '../../contract/transport/lateChannel.ts';
import type { FromCore } from '../../contract/transport/shellMessages.ts';
import type { SpawnWorker } from '../../contract/transport/worker.ts';

interface Waiting {
  readonly late: LateChannel;
  readonly exitListeners: (() => void)[];
  pid: number | undefined;
  hasEnded: boolean;
}

export interface ShellSpawner {
  readonly spawnWorker: SpawnWorker;
  started(workerId: number, pid: number | undefined, pipe: Channel): void;
  ended(workerId: number): void;
}

/**
 * Only the shell can start utilityProcesses, so the core asks it to. The handle is there at once; the port that leads
 * straight to the worker comes later.
 */
export function shellSpawner(send: (message: FromCore) => void): ShellSpawner {
  const workers = new Map<number, Waiting>();
  let nextId = 1;
  const spawnWorker: SpawnWorker = (entry, options = {}) => {
    const workerId = nextId++;
    const worker: Waiting = { late: lateChannel(), exitListeners: [], pid: undefined, hasEnded: false };
    workers.set(workerId, worker);
    send({ type: 'start-worker', workerId, entry, ...options });
    return {
      get pid() {
        return worker.pid;
      },
      channel: worker.late.channel,
      kill: () => send({ type: 'kill-worker', workerId }),
      onExit: (listener) => {
        if (worker.hasEnded) listener();
        else worker.exitListeners.push(listener);
      },
    };
  };
  return {
    spawnWorker,
    started: (workerId, pid, pipe) => {
      const worker = workers.get(workerId);
      if (!worker) {
        pipe.close();
        return;
      }
      worker.pid = pid;
      worker.late.adopt(pipe);
    },
    ended: (workerId) => {
      const worker = workers.get(workerId);
      if (!worker) return;
      workers.delete(workerId);
      worker.hasEnded = true;
      worker.late.channel.close();
      for (const listener of worker.exitListeners) listener();
    },
  };
}
