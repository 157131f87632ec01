import { useQueryClient } from '@tanstack/react-query';
import { useCommand, useQueryOf } from './hooks.ts';

/** A small view preference kept with the workspace. Undefined until it is known or when it was never set. */
export function useSetting(key: string): readonly [value: string | undefined, set: (value: string) => void] {
  const cache = useQueryClient();
  const { data } = useQueryOf('settings.get', { key });
  const { run } = useCommand('settings.set');
  const set = (value: string): void => {
    cache.setQueryData(['settings.get', { key }], { value });
    void run({ key, value });
  };
  return [data?.value, set];
}
