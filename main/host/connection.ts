import { MessageChannel } from 'node:worker_threads';
import type { App } from '../app/createApp.ts';
import { type Contract, type ContractEvents, methods } from '../contract/index.ts';
import type { Channel } from '../contract/transport/channel.ts';
import { portChannel } from '../contract/transport/portChannel.ts';
import type { ConnectionContext, RpcClient } from '../contract/transport/rpc.ts';
import { connect, serve } from '../contract/transport/rpc.ts';

/** What a connection needs of the core: an App, or the session that changes Apps when the workspace changes. */
export type Attachable = Pick<App, 'handlers' | 'subscribe'>;

export type EventListener = Parameters<App['subscribe']>[0];

/** Answers the calls that come over `channel` and passes on every event of the core until the channel closes. */
export function attachChannel(app: Attachable, channel: Channel, connection: ConnectionContext): void {
  const server = serve<Contract, ContractEvents>(channel, methods, app.handlers, connection);
  const stop = app.subscribe((name, payload) => server.emit(name, payload as never));
  channel.onClose(stop);
}

export interface CoreConnection extends RpcClient<Contract, ContractEvents> {
  readonly channel: Channel;
}

/** The typed client of a core at the other end of `channel`. */
export function connectCore(channel: Channel): CoreConnection {
  return { ...connect<Contract, ContractEvents>(channel), channel };
}

/** A client in the core's own process: for the command line. Close its channel, else the process stays alive. */
export function connectLocally(app: Attachable, connection: ConnectionContext): CoreConnection {
  const { port1, port2 } = new MessageChannel();
  attachChannel(app, portChannel(port1), connection);
  return connectCore(portChannel(port2));
}
