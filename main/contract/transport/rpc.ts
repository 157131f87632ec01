import type { z } from 'zod';
import { AppError, asAppError, type ErrorCode, errorCodes } from '../../domain/errors.ts';
import type { CallContext, Client, Events, Handlers, Methods, Payload } from '../define.ts';
import type { Channel } from './channel.ts';

type Wire =
  | { type: 'call'; id: number; method: string; input: unknown }
  | { type: 'cancel'; id: number }
  | { type: 'progress'; id: number; progress: unknown }
  | { type: 'result'; id: number; output: unknown }
  | { type: 'failure'; id: number; code: ErrorCode; message: string }
  | { type: 'event'; name: string; payload: unknown };

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null && 'type' in value;

export interface RpcServer<E extends Events> {
  emit<K extends keyof E & string>(name: K, payload: Payload<E[K]>): void;
}

/** Who is at the other end; one value per connection, filled in by the host. */
export type ConnectionContext = Omit<CallContext, 'signal'>;

/**
 * Answers calls that arrive on `channel`. Every input is parsed with the method's schema before its handler sees it;
 * a call still running when the channel closes is aborted through its signal.
 */
export function serve<M extends Methods, E extends Events>(
  channel: Channel,
  methods: M,
  handlers: Handlers<M>,
  connection: ConnectionContext,
): RpcServer<E> {
  const running = new Map<number, AbortController>();
  const send = (wire: Wire): void => channel.send(wire);
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
  const answer = async (id: number, methodName: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const method = Object.hasOwn(methods, methodName) ? methods[methodName] : undefined;
      if (!method) throw new AppError('invalid-input', `there is no method ${JSON.stringify(methodName)}`);
      const parsed = parseInput(method.input, input);
      const handler = handlers[methodName as keyof M];
      const output = await handler(parsed as never, { ...connection, signal: controller.signal });
      send({ type: 'result', id, output });
    } catch (error) {
      const { code, message } = asAppError(error);
      if (code === 'internal') connection.onBug?.(methodName, error);
      send({ type: 'failure', id, code, message });
    } finally {
      running.delete(id);
    }
  };
  channel.onMessage((message) => {
    if (!isWire(message)) return;
    if (message.type === 'cancel') running.get(message.id)?.abort();
    if (message.type === 'call') void answer(message.id, message.method, message.input);
  });
  return { emit: (name, payload) => send({ type: 'event', name, payload }) };
}

function parseInput(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const where = first?.path.join('.') || 'input';
  throw new AppError('invalid-input', `${where}: ${first?.message ?? 'not as expected'}`, { cause: parsed.error });
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface RpcClient<M extends Methods, E extends Events> {
  readonly client: Client<M>;
  /** Returns the function that stops listening. */
  on<K extends keyof E & string>(name: K, listener: (payload: Payload<E[K]>) => void): () => void;
}

/** Typed calls over `channel`. Calls pending when it closes reject with AppError('cancelled'). */
export function connect<M extends Methods, E extends Events>(channel: Channel): RpcClient<M, E> {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let nextId = 0;
  let closed = false;
  channel.onClose(() => {
    closed = true;
    for (const call of pending.values())
      call.reject(new AppError('cancelled', 'the connection to the core was closed'));
    pending.clear();
  });
  channel.onMessage((message) => {
    if (!isWire(message)) return;
    if (message.type === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
      return;
    }
    if (message.type !== 'result' && message.type !== 'failure') return;
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.type === 'result') call?.resolve(message.output);
    else call?.reject(new AppError(knownCode(message.code), message.message));
  });
  const call = (method: string, input: unknown, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new AppError('cancelled', 'the connection to the core is closed'));
        return;
      }
      if (signal?.aborted) {
        reject(new AppError('cancelled', 'the call was cancelled before it was sent'));
        return;
      }
      const id = nextId++;
      channel.send({ type: 'call', id, method, input } satisfies Wire);
      const cancel = (): void => channel.send({ type: 'cancel', id } satisfies Wire);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', cancel);
          settle(value);
        };
      pending.set(id, { resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener('abort', cancel, { once: true });
    });
  const client = new Proxy({} as Client<M>, {
    // A client that looked like a thenable would be called by `await`.
    get: (_target, method) =>
      typeof method !== 'string' || method === 'then'
        ? undefined
        : (input: unknown, signal?: AbortSignal) => call(method, input, signal),
  });
  return {
    client,
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: never) => void));
      return () => set.delete(listener as (payload: never) => void);
    },
  };
}

function knownCode(code: string): ErrorCode {
  return (errorCodes as readonly string[]).includes(code) ? (code as ErrorCode) : 'internal';
}
