import { createApp } from '../../app/createApp.ts';
import type { SpawnWorker } from '../../contract/transport/worker.ts';
import { AppSession } from '../appSession.ts';
import { attachChannel } from '../connection.ts';
import { bugLine } from '../log.ts';
import { type BrowserServer, startBrowserServer } from './browserServer.ts';
import type { ServedFile } from './servedFolder.ts';

export interface BrowserHostOptions {
  readonly workspacePath: string;
  readonly fileAt: (urlPath: string) => ServedFile | undefined;
  readonly port?: number;
  /** Why the program runs in a browser and not in its own window. */
  readonly reason?: string;
  readonly spawnWorker: SpawnWorker;
  readonly log: (line: object) => void;
}

export interface BrowserHost {
  readonly server: BrowserServer;
  readonly session: AppSession;
  /** Checkpoints running jobs, releases the workspace, closes every connection. */
  close(): Promise<void>;
}

/** The core in this process, its page and socket on loopback. Errors: `workspace-in-use` and those of createApp. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { workspacePath, fileAt, reason, spawnWorker, log } = options;
  let session: AppSession | undefined;
  const server = await startBrowserServer({
    fileAt,
    ...(options.port === undefined ? {} : { port: options.port }),
    onConnection: (channel, connectionId) => {
      // Nobody holds a token before the session is there.
      if (session) attachChannel(session, channel, { connectionId, onBug: (...bug) => log(bugLine(...bug)) });
      else channel.close();
    },
  });
  const hostReason = reason === undefined ? {} : { hostReason: reason };
  const openApp = async (path: string) => {
    const app = await createApp({
      workspacePath: path,
      host: 'browser',
      needsUpload: true,
      spawnWorker,
      ...hostReason,
    });
    app.announceAttach(server.attach);
    return app;
  };
  try {
    session = await AppSession.open(openApp, workspacePath);
  } catch (error) {
    await server.close();
    throw error;
  }
  const opened = session;
  return {
    server,
    session,
    close: async () => {
      await opened.close();
      await server.close();
    },
  };
}
