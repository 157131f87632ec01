import { type Channel, ChannelListeners } from './channel.ts';

/** Either end of Node's IPC pipe: the ChildProcess in the parent, `process` in the child. */
export interface IpcEnd {
  send?(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect' | 'exit', listener: () => void): unknown;
  disconnect?(): void;
  readonly connected?: boolean;
}

/** Electron's utilityProcess in the parent has `postMessage`; in the child it is `process.parentPort`. */
export interface UtilityEnd {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
}

/**
 * Channel over process IPC. Start the child with `serialization: 'advanced'` so that typed arrays survive.
 * Messages to a process that has gone are dropped: `onClose` tells.
 */
export function processChannel(end: IpcEnd | UtilityEnd): Channel {
  const listeners = new ChannelListeners();
  end.on('message', (message: unknown) => listeners.deliver(isParentPortEvent(message) ? message.data : message));
  end.on('exit', () => listeners.close());
  if ('postMessage' in end) {
    return {
      send: (message) => {
        if (!listeners.isClosed) end.postMessage(message);
      },
      onMessage: listeners.onMessage,
      onClose: listeners.onClose,
      close: () => listeners.close(),
    };
  }
  end.on('disconnect', () => listeners.close());
  return {
    send: (message) => {
      if (listeners.isClosed || end.connected === false) return;
      end.send?.(message, (error) => {
        if (error) listeners.close();
      });
    },
    onMessage: listeners.onMessage,
    onClose: listeners.onClose,
    close: () => {
      if (end.connected) end.disconnect?.();
      listeners.close();
    },
  };
}

function isParentPortEvent(value: unknown): value is { data: unknown; ports: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value && 'ports' in value;
}
