import type { Reader } from '../../main/contract/labels.ts';
import { useCommand, useQueryOf } from './hooks.ts';
import { invalidate } from './queryClient.ts';
import { useSetting } from './settings.ts';

export interface CurrentReader {
  /** Who is reading; undefined before anyone said so. */
  readonly reader: Reader | undefined;
  readonly readers: readonly Reader[];
  readonly choose: (readerId: string) => void;
  /** Adds a reader and makes it the current one. */
  readonly create: (name: string) => Promise<Reader | undefined>;
}

const settingKey = 'reader.current';

/** The reader in whose name labels are saved, chosen at the top right and remembered with the workspace. */
export function useCurrentReader(): CurrentReader {
  const [chosenId, choose] = useSetting(settingKey);
  const { data } = useQueryOf('readers.list', {});
  const { run } = useCommand('readers.create');
  const readers = data?.readers ?? [];
  const create = async (name: string): Promise<Reader | undefined> => {
    const reader = await run({ name });
    if (!reader) return undefined;
    await invalidate('readers.list');
    choose(reader.id);
    return reader;
  };
  return { reader: readers.find(({ id }) => id === chosenId), readers, choose, create };
}
