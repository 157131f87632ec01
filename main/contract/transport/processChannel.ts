import { type Channel, ChannelListeners } from './channel.ts';

/** Either end of Node's IPC pipe: the ChildProcess in the parent, `process` in the child. */
export interface IpcEnd {
  send?(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect' | 'exit', listener: () => void): unknown;
  disconnect?(): void;
  readonly connected?: boolean;
}

/**
 * Channel over process IPC. Start the child with `serialization: 'advanced'` so that typed arrays survive.
 * Messages to a process that has gone are dropped: `onClose` tells.
 */
export function processChannel(end: IpcEnd): Channel {
  const listeners = new ChannelListeners();
  end.on('message', (message: unknown) => listeners.deliver(message));
  end.on('exit', () => listeners.close());
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
