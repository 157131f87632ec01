import { keepPreviousData, type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { Input, Output } from '../../main/contract/define.ts';
import type { Contract } from '../../main/contract/index.ts';
import { asAppError } from '../../main/domain/errors.ts';
import { type ConnectionStatus, client, connection, type EventName, type EventPayload } from './connection.ts';
import { notify } from './notices.ts';

type NamesOf<Kind extends 'query' | 'command'> = {
  [K in keyof Contract & string]: Contract[K]['kind'] extends Kind ? K : never;
}[keyof Contract & string];
export type QueryName = NamesOf<'query'>;
export type CommandName = NamesOf<'command'>;
export type InputOf<K extends keyof Contract> = Input<Contract[K]>;
export type OutputOf<K extends keyof Contract> = Output<Contract[K]>;

interface QueryOptions {
  /** False: do not ask yet. */
  readonly enabled?: boolean;
  /** Show the last answer while the next one, for another input, is on its way. */
  readonly keepPrevious?: boolean;
  readonly staleTimeMs?: number;
  readonly refetchEveryMs?: number;
}

/** The answer to a question, kept up to date by the core's events. Show `error` where the data would have been. */
export function useQueryOf<K extends QueryName>(
  method: K,
  input: InputOf<K>,
  options: QueryOptions = {},
): UseQueryResult<OutputOf<K>, Error> {
  return useQuery<OutputOf<K>, Error>({
    queryKey: [method, input],
    queryFn: ({ signal }) => client[method](input as never, signal) as Promise<OutputOf<K>>,
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
    ...(options.staleTimeMs !== undefined ? { staleTime: options.staleTimeMs } : {}),
    ...(options.refetchEveryMs !== undefined ? { refetchInterval: options.refetchEveryMs } : {}),
  });
}

export interface CommandHandle<K extends CommandName> {
  /** Resolves with the answer, or undefined after a failure that has been shown. */
  readonly run: (input: InputOf<K>) => Promise<OutputOf<K> | undefined>;
  readonly isRunning: boolean;
  readonly error: Error | undefined;
}

/** A change, from a gesture. Failures are told in a toast unless `isSilent`. */
export function useCommand<K extends CommandName>(method: K, options: { isSilent?: boolean } = {}): CommandHandle<K> {
  const mutation = useMutation<OutputOf<K>, Error, InputOf<K>>({
    mutationFn: (input) => client[method](input as never) as Promise<OutputOf<K>>,
  });
  const run = async (input: InputOf<K>): Promise<OutputOf<K> | undefined> => {
    try {
      return await mutation.mutateAsync(input);
    } catch (error) {
      if (!options.isSilent) tellError(error);
      return undefined;
    }
  };
  return { run, isRunning: mutation.isPending, error: mutation.error ?? undefined };
}

/** Calls `listener` for every such event while the component is shown. */
export function useEventOf<K extends EventName>(name: K, listener: (payload: EventPayload<K>) => void): void {
  const onEvent = useEffectEvent(listener);
  useEffect(() => connection.on(name, (payload) => onEvent(payload)), [name]);
}

export function useConnectionStatus(): ConnectionStatus {
  return useSyncExternalStore(connection.onStatus, () => connection.status);
}

/** What a person reads about an error. */
export function errorText(error: unknown): string {
  const { code, message } = asAppError(error);
  return code === 'internal' ? `Something went wrong inside Groundglass: ${message}` : sentence(message);
}

export function tellError(error: unknown): void {
  notify({ tone: 'bad', text: errorText(error) });
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
