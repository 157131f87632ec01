import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type IpcEnd, processChannel } from '../contract/transport/processChannel.ts';
import type { SpawnWorker, WorkerEntry } from '../contract/transport/worker.ts';
import { workerEnvironment } from '../contract/transport/workerEnvironment.ts';
import { causeOfEnd, tellsOfMemory } from './causeOfEnd.ts';

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
    let wasKilled = false;
    const exitListeners: (() => void)[] = [];
    const ended = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      for (const listener of exitListeners) listener();
    };
    // `close` follows `exit` once the last of its output has been read.
    child.on('close', (code, signal) => {
      const isCrash = signal !== 'SIGKILL' && code !== 0;
      const facts = { worker: entry, pid: child.pid, code, signal };
      log(isCrash ? { event: 'worker-crashed', ...facts, lastWords: words.last } : { event: 'worker-ended', ...facts });
      ended();
    });
    child.on('error', (error) => {
      log({ event: 'worker-error', worker: entry, pid: child.pid, error: error.message });
      if (child.pid === undefined) ended(); // could not be started: there will be no exit
    });
    const words = logLines(child, entry, log);
    return {
      pid: child.pid,
      channel: processChannel(endOf(child)),
      kill: () => {
        wasKilled = true;
        child.kill('SIGKILL');
      },
      onExit: (listener) => {
        if (hasEnded) listener();
        else exitListeners.push(listener);
      },
      causeOfEnd: () => (wasKilled ? undefined : causeOfEnd(child.signalCode, words.ranOutOfMemory)),
    };
  };
}

/** A worker that has let go of its pipe but not ended is given this long before its tasks are given up. */
const lingerMs = 1_000;

/**
 * The parent's end of the pipe. A dying worker closes it first and ends a moment later: the tasks are rejected after the
 * end, when what the worker still sent has arrived and its crash has been logged.
 */
function endOf(child: ChildProcess): IpcEnd {
  return {
    send: (message, callback) => child.send(message as Serializable, (error) => callback?.(error)),
    on: (event: 'message' | 'disconnect' | 'exit', listener: (message: unknown) => void) => {
      if (event === 'message') child.on('message', listener);
      if (event === 'exit') child.on('close', listener);
      if (event === 'disconnect') child.on('disconnect', () => setTimeout(listener, lingerMs).unref());
    },
    disconnect: () => child.disconnect(),
    get connected() {
      return child.connected;
    },
  };
}

interface LastWords {
  /** Its latest lines, kept up to date. */
  readonly last: readonly string[];
  /** Whether any line told so. */
  ranOutOfMemory: boolean;
}

/** How many lines of a worker's error output a crash report holds. */
const lastWordsLines = 12;

/** Logs what the worker writes; returns what its error output says, kept up to date. */
function logLines(child: ChildProcess, worker: WorkerEntry, log: (line: object) => void): LastWords {
  const last: string[] = [];
  const words: LastWords = { last, ranOutOfMemory: false };
  const follow = (stream: Readable | null, name: string): void => {
    if (!stream) return;
    createInterface(stream).on('line', (text) => {
      log({ event: 'worker-output', worker, stream: name, text });
      if (name !== 'stderr') return;
      words.ranOutOfMemory ||= tellsOfMemory(text);
      last.push(text);
      if (last.length > lastWordsLines) last.shift();
    });
  };
  follow(child.stdout, 'stdout');
  follow(child.stderr, 'stderr');
  return words;
}
