import type { z } from 'zod';

/** A question: changes nothing, may run beside anything. */
export interface Query<I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'query';
  readonly input: I;
  readonly output: O;
}

/** A change: passes the serial gate and enters the audit log. */
export interface Command<I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'command';
  readonly input: I;
  readonly output: O;
}

/** An announcement in the past tense, sent to every connected client. */
export interface Event<P extends z.ZodType> {
  readonly kind: 'event';
  readonly payload: P;
}

export type Method = Query<z.ZodType, z.ZodType> | Command<z.ZodType, z.ZodType>;
export type Methods = Record<string, Method>;
export type Events = Record<string, Event<z.ZodType>>;

export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Query<I, O> => ({
  kind: 'query',
  input,
  output,
});
export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Command<I, O> => ({
  kind: 'command',
  input,
  output,
});
export const event = <P extends z.ZodType>(payload: P): Event<P> => ({ kind: 'event', payload });

export type Input<M extends Method> = z.input<M['input']>;
export type Parsed<M extends Method> = z.output<M['input']>;
export type Output<M extends Method> = z.output<M['output']>;
export type Payload<E extends Event<z.ZodType>> = z.output<E['payload']>;

export interface CallContext {
  readonly signal: AbortSignal;
  /** Identifies the connection (a window, a command), for subscriptions and the chosen reader. */
  readonly connectionId: string;
  /** Told about errors that are bugs, so that the host can log them. */
  readonly onBug?: (method: string, error: unknown) => void;
}

export type Handlers<M extends Methods> = {
  [K in keyof M]: (input: Parsed<M[K]>, context: CallContext) => Promise<Output<M[K]>> | Output<M[K]>;
};

export type Client<M extends Methods> = {
  [K in keyof M]: (input: Input<M[K]>, signal?: AbortSignal) => Promise<Output<M[K]>>;
};
