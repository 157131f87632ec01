import type { DatasetTask } from '../datasetTask.ts';
import type { TrainingConfig } from '../training.ts';
import { lossGap } from './loss.ts';

const titles: Record<Exclude<DatasetTask, 'classification'>, string> = {
  ordinal: 'ordered grades',
  regression: 'a number per case',
  'multi-label': 'several labels per case',
};

/** Why a dataset of this task cannot be trained so, in a sentence; undefined where it can. Absent: classification. */
export function taskGap(
  { loss, head }: Pick<TrainingConfig, 'loss' | 'head'>,
  task: DatasetTask = 'classification',
): string | undefined {
  if (task !== 'classification' && head !== 'dense')
    return `This head is fitted to classes without an order; the dataset has ${titles[task]}. Choose the dense head.`;
  return lossGap(loss, task);
}

/** Why a search over settings or seeds does not take a dataset of this task; undefined where it does. */
export function searchGap(task: DatasetTask = 'classification'): string | undefined {
  if (task === 'classification') return undefined;
  return `The search compares AUROC of classes; this dataset has ${titles[task]}. Train on it without a search.`;
}
