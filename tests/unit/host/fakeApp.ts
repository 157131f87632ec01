import type { App } from '../../../main/app/createApp.ts';
import type { AppHandlers } from '../../../main/contract/index.ts';
import type { EventListener } from '../../../main/host/connection.ts';

/** A core that answers two methods: stands in for createApp where the host alone is under test. */
export function fakeApp(workspacePath: string): App & { announce: EventListener; closed: string[]; running: boolean } {
  const listeners = new Set<EventListener>();
  const openListeners: ((path: string) => void)[] = [];
  const shutdownListeners: (() => void)[] = [];
  const handlers = {
    'settings.get': ({ key }: { key: string }) => ({ value: `${key} in ${workspacePath}` }),
    'workspaces.open': ({ path }: { path: string }) => {
      for (const listener of openListeners) listener(path);
      return { path };
    },
    'system.shutdown': () => {
      for (const listener of shutdownListeners) listener();
      return {};
    },
  };
  const app = {
    handlers: handlers as unknown as AppHandlers,
    workspacePath,
    closed: [] as string[],
    running: false,
    subscribe: (listener: EventListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    announce: (name: Parameters<EventListener>[0], payload: unknown) => {
      for (const listener of listeners) listener(name, payload);
    },
    close: async (mode: string) => {
      app.closed.push(mode);
    },
    hasRunningJobs: () => app.running,
    onShutdownRequested: (listener: () => void) => void shutdownListeners.push(listener),
    onOpenWorkspace: (listener: (path: string) => void) => void openListeners.push(listener),
  };
  return app;
}
