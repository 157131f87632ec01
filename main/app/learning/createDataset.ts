import type { DatasetRecipe } from '../../contract/datasets.ts';
import type { SplitRow } from '../../domain/split/splitFromFile.ts';
import type { SelectionInput } from '../../learning/dataset/candidates.ts';
import { refuseUntrainable } from '../../learning/dataset/refuseUntrainable.ts';
import { selectCasesInSteps } from '../../learning/dataset/selectCases.ts';
import type { AppContext } from '../context.ts';
import { settleFiles } from '../images/import/checkFiles.ts';
import type { JobContext } from '../jobs.ts';
import { Slices } from '../timeBox.ts';
import { runInWorker } from './runInWorker.ts';
import { selectionInput } from './selectionInput.ts';

/** Selects, reads, preprocesses and freezes the cases in a worker. The same content again is the same snapshot. */
export async function createDataset(
  context: AppContext,
  recipe: DatasetRecipe,
  splitRows: readonly SplitRow[] | undefined,
  job: JobContext,
) {
  const { store } = context;
  await settleFiles(context, job.signal, (message) => job.progress({ message }));
  const input = await selectionInput(store, recipe, job.signal);
  const selection = await new Slices({ signal: job.signal }).finish(selectCasesInSteps(input, recipe));
  refuseUntrainable(selection);
  const request = {
    root: store.workspace.snapshotsFolder,
    ...{ selection, recipe, target: nameOf(input) },
    ...(splitRows ? { splitRows } : {}),
    createdAt: new Date().toISOString(),
  };
  const { summary, ...facts } = await runInWorker(context, 'createSnapshot', request, {
    signal: job.signal,
    onProgress: ({ done, total }) => job.progress({ fraction: done / total, message: `image ${done} of ${total}` }),
  });
  const kept = store.runs.addSnapshot(summary, recipe);
  context.announce('datasets.changed', {});
  return { snapshot: kept.id, hash: kept.hash, ...facts };
}

const nameOf = ({ definition, further = [] }: SelectionInput): string =>
  [definition, ...further.map((question) => question.definition)].map(({ name }) => name).join(' + ');
