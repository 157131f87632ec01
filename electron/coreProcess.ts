import path from 'node:path';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { FromCore, ToCore } from '../main/contract/transport/shellMessages.ts';
import { workerFork } from './workerFork.ts';

export interface CoreProcess {
  /** The port of a new window. */
  openWindowPort(): MessagePortMain;
  hasRunningJobs(): Promise<boolean>;
  /** Checkpoints, releases the workspace and ends. */
  close(): Promise<void>;
}

export interface CoreListeners {
  onReady(): void;
  onFailed(reason: { code: string; message: string }): void;
  onShutdownRequested(): void;
  /** The process has ended without having been asked to. */
  onCrashed(code: number): void;
}

/** Forks the core and, when it asks, its workers; a worker's port leads straight to the core. */
export function startCore(coreFolder: string, workspacePath: string, listeners: CoreListeners): CoreProcess {
  const core = utilityProcess.fork(path.join(coreFolder, 'electronCore.mjs'), [workspacePath], {
    serviceName: 'Groundglass core',
  });
  const workers = new Map<number, UtilityProcess>();
  const answers = new Map<FromCore['type'], (message: FromCore) => void>();
  let isClosing = false;
  const send = (message: ToCore, ports: MessagePortMain[] = []): void => core.postMessage(message, ports);
  const ask = (message: ToCore, answer: FromCore['type']): Promise<FromCore> =>
    new Promise((resolve) => {
      answers.set(answer, resolve);
      send(message);
    });

  const startWorker = (request: Extract<FromCore, { type: 'start-worker' }>): void => {
    const { workerId } = request;
    const { file, options } = workerFork(coreFolder, request);
    const worker = utilityProcess.fork(file, [], options);
    const { port1, port2 } = new MessageChannelMain();
    workers.set(workerId, worker);
    worker.on('spawn', () => {
      worker.postMessage({}, [port1]);
      send({ type: 'worker-started', workerId, pid: worker.pid }, [port2]);
    });
    worker.on('exit', () => {
      workers.delete(workerId);
      send({ type: 'worker-ended', workerId });
    });
  };

  core.on('message', (message: FromCore) => {
    answers.get(message.type)?.(message);
    answers.delete(message.type);
    if (message.type === 'ready') listeners.onReady();
    if (message.type === 'failed') listeners.onFailed(message);
    if (message.type === 'shutdown-requested') listeners.onShutdownRequested();
    if (message.type === 'start-worker') startWorker(message);
    if (message.type === 'kill-worker') workers.get(message.workerId)?.kill();
  });
  const ended = new Promise<void>((resolve) => {
    core.on('exit', (code) => {
      // Their ports to the core are closed by now: they write their checkpoints and end.
      if (!isClosing) listeners.onCrashed(code);
      resolve();
    });
  });
  return {
    openWindowPort: () => {
      const { port1, port2 } = new MessageChannelMain();
      send({ type: 'window-opened' }, [port1]);
      return port2;
    },
    hasRunningJobs: async () => {
      const answer = await ask({ type: 'running-jobs?' }, 'running-jobs');
      return answer.type === 'running-jobs' && answer.hasRunningJobs;
    },
    close: async () => {
      isClosing = true;
      await Promise.race([ask({ type: 'close' }, 'closed'), ended]);
      core.kill();
    },
  };
}
