import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { App } from '../app/createApp.ts';
import { type AppHandlers, methods } from '../contract/index.ts';
import type { Attachable, EventListener } from './connection.ts';

/** Makes the core for one workspace folder; throws AppError when it cannot be opened. */
export type OpenApp = (workspacePath: string) => Promise<App>;

/**
 * The core as long as the host lives. `workspaces.open` puts another App in the place of the current one; connections
 * stay, and calls that arrive meanwhile go to whichever App is current when they are handled.
 */
export class AppSession implements Attachable {
  readonly handlers: AppHandlers;
  private app: App;
  private switching: Promise<void> | undefined;
  private readonly openApp: OpenApp;
  private readonly listeners = new Set<EventListener>();
  private readonly shutdownListeners = new Set<() => void>();

  static async open(openApp: OpenApp, workspacePath: string): Promise<AppSession> {
    return new AppSession(openApp, await openApp(workspacePath));
  }

  private constructor(openApp: OpenApp, app: App) {
    this.openApp = openApp;
    this.app = app;
    this.follow(app);
    this.handlers = this.delegate();
  }

  get current(): App {
    return this.app;
  }

  subscribe = (listener: EventListener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A client asked the whole host to end. */
  onShutdownRequested(listener: () => void): void {
    this.shutdownListeners.add(listener);
  }

  hasRunningJobs(): boolean {
    return this.app.hasRunningJobs();
  }

  /** Running jobs are checkpointed, the workspace is released. */
  async close(): Promise<void> {
    await this.switching?.catch(() => undefined); // its caller has been told
    await this.app.close();
  }

  private delegate(): AppHandlers {
    const forward = (name: string) => async (input: never, context: never) => {
      const handler = this.app.handlers[name as keyof AppHandlers] as (i: never, c: never) => unknown;
      const output = await handler(input, context);
      if (name === 'workspaces.open') await this.switching;
      return output;
    };
    return Object.fromEntries(Object.keys(methods).map((name) => [name, forward(name)])) as unknown as AppHandlers;
  }

  private follow(app: App): void {
    app.subscribe((name, payload) => {
      if (app === this.app) this.announce(name, payload);
    });
    app.onShutdownRequested((jobs) => {
      if (jobs === 'keep-running') return; // the window goes, the core stays
      for (const listener of this.shutdownListeners) listener();
    });
    app.onOpenWorkspace((path) => {
      const switching = this.switchTo(path).finally(() => {
        if (this.switching === switching) this.switching = undefined;
      });
      switching.catch(() => undefined); // reported to the caller of workspaces.open, who awaits it
      this.switching = switching;
    });
  }

  /** The new core is opened before the old one is closed, so that a folder that cannot be opened changes nothing. */
  private async switchTo(path: string): Promise<void> {
    await nextTurn(); // the call that asks for it has left the command gate by then
    const previous = this.app;
    if (resolve(path) === resolve(previous.workspacePath)) return;
    const next = await this.openApp(resolve(path));
    this.app = next;
    this.follow(next);
    await previous.close();
    this.announce('workspaces.opened', { path: next.workspacePath });
  }

  private announce(name: Parameters<EventListener>[0], payload: unknown): void {
    for (const listener of this.listeners) listener(name, payload);
  }
}
