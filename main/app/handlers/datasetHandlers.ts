import { readFile } from 'node:fs/promises';
import type { DatasetRecipe, datasetMethods } from '../../contract/datasets.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { SplitRow } from '../../domain/split/splitFromFile.ts';
import { readSnapshotIndex, snapshotDetail, snapshotPictures } from '../../learning/dataset/openSnapshot.ts';
import { previewDatasetInSteps } from '../../learning/dataset/previewDataset.ts';
import { siteColumns } from '../../learning/dataset/siteColumns.ts';
import type { AppContext } from '../context.ts';
import { createDataset } from '../learning/createDataset.ts';
import { parseSplitCsv } from '../learning/parseSplitCsv.ts';
import { selectionInput } from '../learning/selectionInput.ts';
import { Slices } from '../timeBox.ts';

export function datasetHandlers(context: AppContext): Pick<AppHandlers, keyof typeof datasetMethods> {
  const { runs } = context.store;
  const folderOf = (idOrHash: string): string => {
    const found = runs.snapshot(idOrHash);
    if (!found) throw new AppError('not-found', 'There is no such dataset in this workspace.');
    return found.summary.path;
  };
  return {
    'datasets.preview': async (recipe, { signal }) => {
      const splitRows = await splitRowsOf(recipe);
      const input = await selectionInput(context.store, recipe, signal);
      return new Slices({ signal }).finish(previewDatasetInSteps(input, recipe, splitRows));
    },
    'datasets.create': async (recipe) => {
      const splitRows = await splitRowsOf(recipe);
      const job = context.jobs.start({
        kind: 'dataset',
        title: `Dataset of ${recipe.target}`,
        run: (job) => createDataset(context, recipe, splitRows, job),
      });
      return { jobId: job.id };
    },
    'datasets.sites': async ({ target }, { signal }) => ({
      columns: siteColumns(await selectionInput(context.store, { target }, signal)),
    }),
    'datasets.list': () => ({ snapshots: [...runs.snapshots()] }),
    'datasets.get': ({ snapshotId }) => snapshotDetail(readSnapshotIndex(folderOf(snapshotId))),
    'datasets.pictures': ({ snapshotId, indexes, slice, channel }) => {
      const index = readSnapshotIndex(folderOf(snapshotId));
      return { size: index.manifest.preprocessing.size, pixels: snapshotPictures(index, indexes, slice, channel) };
    },
  };
}

async function splitRowsOf({ partition }: DatasetRecipe): Promise<readonly SplitRow[] | undefined> {
  if (partition.kind !== 'file') return undefined;
  const text = await readFile(partition.path, 'utf8').catch((cause: unknown) => {
    throw new AppError('file-not-found', 'The split file cannot be read.', { cause });
  });
  return parseSplitCsv(text);
}
