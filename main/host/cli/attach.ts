import { once } from 'node:events';
import { WebSocket } from 'ws';
import { socketChannel } from '../../contract/transport/socketChannel.ts';
import { AppError } from '../../domain/errors.ts';
import { socketPath } from '../browser/requestGuard.ts';
import { type CoreConnection, connectCore } from '../connection.ts';

/**
 * Connects to the core that another process runs, by the address in the workspace's lock.
 * Errors: `workspace-in-use` when it does not answer.
 */
export async function attachToCore(attach: { url: string; token: string }): Promise<CoreConnection> {
  const socket = new WebSocket(`${attach.url}${socketPath}`, {
    headers: { authorization: `Bearer ${attach.token}` },
    handshakeTimeout: 5_000,
  });
  try {
    await once(socket, 'open');
  } catch (cause) {
    throw new AppError('workspace-in-use', 'The program that has this workspace open does not answer.', { cause });
  }
  socket.on('error', () => socket.terminate());
  return connectCore(socketChannel(socket as never));
}
