import { type Channel, ChannelListeners } from './channel.ts';

/** A MessagePort of Node or Electron (events by `on`). */
interface NodePort {
  postMessage(message: unknown): void;
  on(event: 'message' | 'close', listener: (value: unknown) => void): unknown;
  start?(): void;
  close(): void;
}

/** A MessagePort of the browser (events by `addEventListener`). */
interface WebPort {
  postMessage(message: unknown): void;
  addEventListener(event: 'message' | 'close', listener: (event: { data: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** Channel over a MessagePort: structured clone, typed arrays are copied. */
export function portChannel(port: NodePort | WebPort): Channel {
  const listeners = new ChannelListeners();
  // Electron's MessagePortMain hands over an event, Node's worker_threads port the bare value.
  const unwrap = (value: unknown): unknown => (isMessageEvent(value) ? value.data : value);
  if ('on' in port) {
    port.on('message', (value) => listeners.deliver(unwrap(value)));
    port.on('close', () => listeners.close());
    port.start?.();
  } else {
    port.addEventListener('message', (event) => listeners.deliver(event.data));
    port.addEventListener('close', () => listeners.close());
    port.start();
  }
  return {
    send: (message) => {
      if (!listeners.isClosed) port.postMessage(message);
    },
    onMessage: listeners.onMessage,
    onClose: listeners.onClose,
    close: () => {
      port.close();
      listeners.close();
    },
  };
}

function isMessageEvent(value: unknown): value is { data: unknown; ports: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value && 'ports' in value;
}
