import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../app/createApp.ts';
import type { SpawnWorker } from '../../contract/transport/worker.ts';
import { AppError } from '../../domain/errors.ts';
import { type CoreConnection, connectLocally } from '../connection.ts';
import { bugLine } from '../log.ts';
import { attachToCore } from './attach.ts';
import { loadStandalone } from './standaloneApi.ts';

export interface CoreAccessOptions {
  readonly workspacePath: string;
  readonly spawnWorker: SpawnWorker;
  readonly log: (line: object) => void;
}

/** The command's way to the core: its own in this process, or that of the program that has the workspace open. */
export class CoreAccess {
  private readonly options: CoreAccessOptions;
  private opening: Promise<CoreConnection> | undefined;
  private connection: CoreConnection | undefined;
  private app: App | undefined;

  constructor(options: CoreAccessOptions) {
    this.options = options;
  }

  get isAttached(): boolean {
    return this.connection !== undefined && this.app === undefined;
  }

  /** Errors: `workspace-in-use` where the holder cannot be attached to. */
  open(): Promise<CoreConnection> {
    this.opening ??= this.openOnce();
    return this.opening;
  }

  /** Errors: `not-found` where the folder holds no workspace: a mistyped path is not made into one. */
  async openExisting(): Promise<CoreConnection> {
    const { isWorkspace } = await loadStandalone();
    if (!isWorkspace(this.options.workspacePath))
      throw new AppError('not-found', 'There is no workspace at that place.');
    return this.open();
  }

  /** Waits for a command that is just ending (it writes its checkpoint) before giving up with `run-active`. */
  async openWaiting(patienceMs: number): Promise<CoreConnection> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return await this.open();
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'workspace-in-use') throw error;
        this.opening = undefined;
        if (performance.now() > deadline) throw new AppError('run-active', error.message, { cause: error });
        await delay(250);
      }
    }
  }

  /** Checkpoints what runs in this process's own core; an attached core goes on. */
  async close(): Promise<void> {
    await this.opening?.catch(() => undefined); // reported where it was awaited
    await this.app?.close();
    this.connection?.channel.close();
  }

  private async openOnce(): Promise<CoreConnection> {
    const { workspacePath, spawnWorker, log } = this.options;
    const { readWorkspaceLock } = await loadStandalone();
    const attach = readWorkspaceLock(workspacePath)?.attach;
    if (attach) {
      this.connection = await attachToCore(attach);
      return this.connection;
    }
    const { createApp } = await import('../../app/createApp.ts');
    this.app = await createApp({ workspacePath, host: 'command-line', spawnWorker });
    const onBug = (method: string, error: unknown): void => log(bugLine(method, error));
    this.connection = connectLocally(this.app, { connectionId: 'command-line', onBug });
    return this.connection;
  }
}
