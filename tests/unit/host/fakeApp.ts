import type { App } from '../../../main/app/createApp.ts';
import type { AppHandlers } from '../../../main/contract/index.ts';
import type { EventListener } from '../../../main/host/connection.ts';

/** A core that answers two methods: stands in for createApp where the host alone is under test. */
export function fakeApp(
  workspacePath: string,
  extra: object = {},
): App & { announce: EventListener; closed: number; running: boolean } {
  const listeners = new Set<EventListener>();
  const openListeners: ((path: string) => void)[] = [];
  const shutdownListeners: Parameters<App['onShutdownRequested']>[0][] = [];
  const handlers = {
    'settings.get': ({ key }: { key: string }) => ({ value: `${key} in ${workspacePath}` }),
    'workspaces.open': ({ path }: { path: string }) => {
      for (const listener of openListeners) listener(path);
      return { path };
    },
    'system.shutdown': ({ jobs }: { jobs: 'keep-running' | 'checkpoint-and-stop' }) => {
      for (const listener of shutdownListeners) listener(jobs);
      return {};
    },
    ...extra,
  };
  const app = {
    handlers: handlers as unknown as AppHandlers,
    workspacePath,
    closed: 0,
    running: false,
    subscribe: (listener: EventListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    announce: (name: Parameters<EventListener>[0], payload: unknown) => {
      for (const listener of listeners) listener(name, payload);
    },
    announceAttach: () => undefined,
    close: async () => {
      app.closed++;
    },
    hasRunningJobs: () => app.running,
    onShutdownRequested: (listener: (typeof shutdownListeners)[number]) => void shutdownListeners.push(listener),
    onOpenWorkspace: (listener: (path: string) => void) => void openListeners.push(listener),
  };
  return app;
}
