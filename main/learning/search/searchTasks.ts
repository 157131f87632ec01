import type { Trial } from '../../contract/search.ts';
import type { TaskHandlers } from '../../contract/transport/tasks.ts';
import { fitsOf } from './rungs.ts';
import { runSearch } from './runSearch.ts';
import { searchData } from './searchData.ts';
import { SearchFolder } from './searchFolder.ts';
import { seedRuns } from './seedRuns.ts';

export interface SearchInput {
  /** Holds search.json; trials are added to it. */
  readonly directory: string;
  readonly snapshotDirectory: string;
  readonly backbonePath?: string;
  readonly automaticDevice?: string;
  readonly codeVersion: string;
}

export interface SearchProgress {
  readonly message: string;
  readonly fraction?: number;
  readonly trial?: Trial;
}

/** Searching settings, for the learning worker. */
export type SearchTasks = {
  search: { input: SearchInput; output: { isComplete: boolean }; progress: SearchProgress };
};

export const searchTasks: TaskHandlers<SearchTasks> = {
  search: async (input, { signal, progress }) => {
    const folder = new SearchFolder(input.directory);
    const { request, createdAt } = folder.manifest();
    const earlier = folder.trials();
    let done = 0;
    const total = request.kind === 'seeds' ? request.seeds : fitsOf(request.trials);
    const words = request.kind === 'seeds' ? 'seed' : 'fit';
    const onTrial = (trial: Trial, isNew: boolean) => {
      done += 1;
      if (isNew) folder.addTrial(trial);
      progress({ message: `${words} ${done} of ${total}`, fraction: done / total, ...(isNew && { trial }) });
    };
    const hooks = { signal, onTrial };
    if (request.kind === 'seeds') {
      const { isComplete } = await seedRuns({ ...input, request, createdAt }, hooks, earlier, (message) =>
        progress({ message, fraction: done / total }),
      );
      return { isComplete };
    }
    const data = await searchData({
      ...{ snapshotDirectory: input.snapshotDirectory, request },
      ...(input.backbonePath !== undefined && { backbonePath: input.backbonePath }),
      onBatch: (message) => {
        signal.throwIfAborted();
        progress({ message });
      },
    });
    const { isComplete } = await runSearch(data, request, hooks, earlier);
    return { isComplete };
  },
};
