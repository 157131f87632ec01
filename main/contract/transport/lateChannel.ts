import { type Channel, ChannelListeners } from './channel.ts';

/** A channel that may be used before the pipe it stands for has come; what is sent meanwhile is kept. */
export interface LateChannel {
  readonly channel: Channel;
  adopt(pipe: Channel): void;
}

export function lateChannel(): LateChannel {
  const listeners = new ChannelListeners();
  const waiting: unknown[] = [];
  let inner: Channel | undefined;
  return {
    channel: {
      send: (message) => {
        if (inner) inner.send(message);
        else if (!listeners.isClosed) waiting.push(message);
      },
      onMessage: listeners.onMessage,
      onClose: listeners.onClose,
      close: () => {
        inner?.close();
        listeners.close();
      },
    },
    adopt: (pipe) => {
      if (inner || listeners.isClosed) {
        pipe.close();
        return;
      }
      inner = pipe;
      pipe.onMessage((message) => listeners.deliver(message));
      pipe.onClose(() => listeners.close());
      for (const message of waiting.splice(0)) pipe.send(message);
    },
  };
}
