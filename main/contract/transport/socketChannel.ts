import { asAppError } from '../../domain/errors.ts';
import { type Channel, ChannelListeners } from './channel.ts';
import { decode, encode } from './frame.ts';

/** What `ws` and the browser's WebSocket have in common; set `binaryType` to 'arraybuffer' first. */
interface SocketLike {
  binaryType: string;
  readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(event: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(event: 'close', listener: () => void): void;
}

const open = 1;
/** In the range that the browser's WebSocket lets a program use. */
const undecodableFrame = 4002;

/** Channel over an open WebSocket. A frame that cannot be decoded ends the connection. */
export function socketChannel(socket: SocketLike): Channel {
  const listeners = new ChannelListeners();
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    let message: unknown;
    try {
      if (!(data instanceof ArrayBuffer)) throw new TypeError('text frame');
      message = decode(new Uint8Array(data));
    } catch (error) {
      socket.close(undecodableFrame, asAppError(error).code);
      return;
    }
    listeners.deliver(message);
  });
  socket.addEventListener('close', () => listeners.close());
  return {
    send: (message) => {
      if (socket.readyState === open) socket.send(encode(message));
    },
    onMessage: listeners.onMessage,
    onClose: listeners.onClose,
    close: () => {
      socket.close();
      listeners.close();
    },
  };
}
