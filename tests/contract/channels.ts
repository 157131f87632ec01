import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import type { Channel } from '../../main/contract/transport/channel.ts';
import { portChannel } from '../../main/contract/transport/portChannel.ts';
import { processChannel } from '../../main/contract/transport/processChannel.ts';
import { socketChannel } from '../../main/contract/transport/socketChannel.ts';

/** Two ends of one connection; `cut` takes the far end away as a crash would. */
export interface Pair {
  near: Channel;
  far: Channel;
  cut(): Promise<void>;
  dispose(): Promise<void>;
}

export async function portPair(): Promise<Pair> {
  const { port1, port2 } = new MessageChannel();
  const near = portChannel(port1);
  const far = portChannel(port2);
  const end = async (): Promise<void> => port2.close();
  return { near, far, cut: end, dispose: end };
}

export async function socketPair(): Promise<Pair> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, 'open');
  const [remote] = (await accepted) as [WebSocket];
  return {
    near: socketChannel(client as never),
    far: socketChannel(remote as never),
    cut: async () => remote.terminate(),
    dispose: async () => {
      client.terminate();
      server.close();
    },
  };
}

/** The far end is in this process, too, behind a child that passes every message back through its IPC pipe. */
export async function processPair(): Promise<Pair> {
  const relay = path.resolve(import.meta.dirname, 'relay.ts');
  const start = (): ChildProcess =>
    fork(relay, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const child = start();
  const pipe = processChannel(child);
  const end = (side: 'near' | 'far'): Channel => ({
    send: (message) => pipe.send({ to: side === 'near' ? 'far' : 'near', message }),
    onMessage: (listener) =>
      pipe.onMessage((envelope) => {
        const { to, message } = envelope as { to: string; message: unknown };
        if (to === side) listener(message);
      }),
    onClose: (listener) => pipe.onClose(listener),
    close: () => pipe.close(),
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
  };
  return { near: end('near'), far: end('far'), cut: kill, dispose: kill };
}

export const transports: readonly (readonly [string, () => Promise<Pair>])[] = [
  ['MessagePort', portPair],
  ['WebSocket', socketPair],
  ['process IPC', processPair],
];
