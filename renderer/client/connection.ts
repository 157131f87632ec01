import type { Payload } from '../../main/contract/define.ts';
import { type AppClient, type Contract, type ContractEvents, events, methods } from '../../main/contract/index.ts';
import { connect, type RpcClient } from '../../main/contract/transport/rpc.ts';
import { AppError } from '../../main/domain/errors.ts';
import { openChannel } from './openChannel.ts';

export type ConnectionStatus = 'connecting' | 'open' | 'lost';
export type MethodName = keyof Contract & string;
export type EventName = keyof ContractEvents & string;
export type EventPayload<K extends EventName> = Payload<ContractEvents[K]>;

type Rpc = RpcClient<Contract, ContractEvents>;
type AnyListener = (payload: never) => void;

const firstRetryMs = 400;
const longestRetryMs = 8000;

/**
 * The page's one connection to the core. It reconnects by itself with growing pauses. Queries wait for the connection;
 * a command given while it is lost fails at once, because nobody should believe that something was saved.
 */
class Connection {
  private rpc: Rpc | undefined;
  private state: ConnectionStatus = 'connecting';
  private retryMs = firstRetryMs;
  private waiting: (() => void)[] = [];
  private readonly statusListeners = new Set<() => void>();
  private readonly eventListeners = new Map<string, Set<AnyListener>>();

  constructor() {
    void this.open();
  }

  get status(): ConnectionStatus {
    return this.state;
  }

  readonly onStatus = (listener: () => void): (() => void) => {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  };

  on<K extends EventName>(name: K, listener: (payload: EventPayload<K>) => void): () => void {
    const set = this.eventListeners.get(name) ?? new Set();
    this.eventListeners.set(name, set.add(listener as AnyListener));
    return () => set.delete(listener as AnyListener);
  }

  async call(method: MethodName, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (methods[method].kind === 'command' && this.state === 'lost')
      throw new AppError('cancelled', 'Not saved: the connection to Groundglass is lost. It is being restored.');
    const rpc = await this.connected();
    return rpc.client[method](input as never, signal);
  }

  private async connected(): Promise<Rpc> {
    while (!this.rpc) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.rpc;
  }

  private async open(): Promise<void> {
    try {
      const channel = await openChannel();
      this.opened(connect<Contract, ContractEvents>(channel));
      channel.onClose(() => this.lost());
    } catch {
      // The core is not there (yet): said on screen by the status, tried again below.
      this.lost();
    }
  }

  private opened(rpc: Rpc): void {
    this.rpc = rpc;
    this.retryMs = firstRetryMs;
    for (const name of Object.keys(events) as EventName[]) rpc.on(name, (payload) => this.deliver(name, payload));
    for (const resume of this.waiting.splice(0)) resume();
    this.change('open');
  }

  private lost(): void {
    this.rpc = undefined;
    this.change('lost');
    setTimeout(() => void this.open(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, longestRetryMs);
  }

  private deliver(name: EventName, payload: unknown): void {
    for (const listener of [...(this.eventListeners.get(name) ?? [])]) listener(payload as never);
  }

  private change(status: ConnectionStatus): void {
    this.state = status;
    for (const listener of [...this.statusListeners]) listener();
  }
}

export const connection = new Connection();

/** Typed calls: `client['labels.save'](input)`. Hooks are the usual way; gestures that need the answer call this. */
export const client = new Proxy({} as AppClient, {
  get: (_target, method) => (input: unknown, signal?: AbortSignal) =>
    connection.call(method as MethodName, input, signal),
});
