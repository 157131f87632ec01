import type { Channel } from '../../main/contract/transport/channel.ts';
import { portChannel } from '../../main/contract/transport/portChannel.ts';
import { socketChannel } from '../../main/contract/transport/socketChannel.ts';

/** Opens a WebSocket to the core that served this page; the session cookie says who we are. */
function openSocket(): Promise<Channel> {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(`${scheme}//${location.host}/rpc`);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socketChannel(socket)), { once: true });
    socket.addEventListener('error', () => reject(new Error('the core does not answer')), { once: true });
  });
}

let waitingPort: MessagePort | undefined;
let takePort: ((port: MessagePort) => void) | undefined;

/** The preload hands over one port per start of the core; it may come before or after we ask for it. */
function receivePort(event: MessageEvent): void {
  if (event.source !== window || !isPortMessage(event.data)) return;
  const port = event.ports[0];
  if (!port) return;
  if (takePort) takePort(port);
  else waitingPort = port;
  takePort = undefined;
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'groundglass-port';
}

function openPort(): Promise<Channel> {
  const port = waitingPort;
  waitingPort = undefined;
  if (port) return Promise.resolve(portChannel(port));
  return new Promise((resolve) => {
    takePort = (later) => resolve(portChannel(later));
  });
}

const servedByCore = location.protocol.startsWith('http');
if (!servedByCore) window.addEventListener('message', receivePort);

/** One connection to the core, by the way this host offers. */
export const openChannel: () => Promise<Channel> = servedByCore ? openSocket : openPort;
