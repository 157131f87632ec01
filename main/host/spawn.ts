import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { processChannel } from '../contract/transport/processChannel.ts';
import type { SpawnWorker, WorkerEntry } from '../contract/transport/worker.ts';
import { workerEnvironment } from '../contract/transport/workerEnvironment.ts';

/** Workers are sources beside this file in a checkout and bundles beside the core's bundle in a package. */
function workerFile(entry: WorkerEntry): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? `../${entry}/worker.ts` : `./${entry}Worker.mjs`, import.meta.url));
}

/**
 * Starts workers as child processes of plain Node with IPC that keeps typed arrays. A worker's own output becomes log
 * lines. Workers end with this process, however it ends: see `parentChannel`.
 */
export function nodeSpawner(
  log: (line: object) => void,
  fileOf: (entry: WorkerEntry) => string = workerFile,
): SpawnWorker {
  return (entry, options = {}) => {
    const child = fork(fileOf(entry), [], {
      serialization: 'advanced',
      execArgv: options.maxOldSpaceMb ? [`--max-old-space-size=${options.maxOldSpaceMb}`] : [],
      env: workerEnvironment(process.env, options.threads),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: false,
    });
    let hasEnded = false;
    const exitListeners: (() => void)[] = [];
    const ended = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      for (const listener of exitListeners) listener();
    };
    child.on('exit', (code, signal) => {
      log({ event: 'worker-ended', worker: entry, pid: child.pid, code, signal });
      ended();
    });
    child.on('error', (error) => {
      log({ event: 'worker-error', worker: entry, pid: child.pid, error: error.message });
      if (child.pid === undefined) ended(); // could not be started: there will be no exit
    });
    logLines(child, entry, log);
    return {
      pid: child.pid,
      channel: processChannel(child),
      kill: () => void child.kill('SIGKILL'),
      onExit: (listener) => {
        if (hasEnded) listener();
        else exitListeners.push(listener);
      },
    };
  };
}

function logLines(child: ChildProcess, worker: WorkerEntry, log: (line: object) => void): void {
  const follow = (stream: Readable | null, name: string): void => {
    if (stream)
      createInterface(stream).on('line', (text) => log({ event: 'worker-output', worker, stream: name, text }));
  };
  follow(child.stdout, 'stdout');
  follow(child.stderr, 'stderr');
}
