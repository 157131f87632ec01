import { randomUUID } from 'node:crypto';
import { createApp } from '../../app/createApp.ts';
import { portChannel } from '../../contract/transport/portChannel.ts';
import type { FromCore, ToCore } from '../../contract/transport/shellMessages.ts';
import { asAppError } from '../../domain/errors.ts';
import { AppSession } from '../appSession.ts';
import { attachChannel } from '../connection.ts';
import { bugLine, openLog } from '../log.ts';
import { shellSpawner } from './shellSpawner.ts';

/** Electron's `process.parentPort` inside a utilityProcess. */
export interface ShellPort {
  postMessage(message: FromCore): void;
  on(
    event: 'message',
    listener: (event: { data: ToCore; ports: Parameters<typeof portChannel>[0][] }) => void,
  ): unknown;
}

/** Runs the core for the desktop shell at the other end of `shell` until it says `close`. */
export async function runElectronCore(shell: ShellPort, workspacePath: string): Promise<void> {
  const send = (message: FromCore): void => shell.postMessage(message);
  const log = openLog(workspacePath);
  const spawner = shellSpawner(send);
  const opening = AppSession.open(
    (path) =>
      createApp({
        workspacePath: path,
        host: 'electron',
        canPickFiles: true,
        needsUpload: false,
        spawnWorker: spawner.spawnWorker,
      }),
    workspacePath,
  );
  const receive = async (message: ToCore, port: Parameters<typeof portChannel>[0] | undefined): Promise<void> => {
    if (message.type === 'worker-started' && port) spawner.started(message.workerId, message.pid, portChannel(port));
    if (message.type === 'worker-ended') spawner.ended(message.workerId);
    if (message.type === 'window-opened' && port) {
      const connection = { connectionId: randomUUID(), onBug: (...bug: [string, unknown]) => log(bugLine(...bug)) };
      attachChannel(await opening, portChannel(port), connection);
    }
    if (message.type === 'running-jobs?')
      send({ type: 'running-jobs', hasRunningJobs: (await opening).hasRunningJobs() });
    if (message.type === 'close') {
      await (await opening).close();
      send({ type: 'closed' });
    }
  };
  shell.on('message', ({ data, ports: [port] }) => {
    receive(data, port).catch((error: unknown) => {
      const { code, message } = asAppError(error);
      log(bugLine(data.type, error));
      if (data.type === 'close') send({ type: 'failed', code, message });
    });
  });
  try {
    const session = await opening;
    session.onShutdownRequested(() => send({ type: 'shutdown-requested' }));
    send({ type: 'ready', workspacePath: session.current.workspacePath });
  } catch (error) {
    const { code, message } = asAppError(error);
    send({ type: 'failed', code, message });
  }
}
