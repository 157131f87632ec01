import { z } from 'zod';
import type { DatasetTask } from '../datasetTask.ts';

/** Share of each target that is spread evenly over the classes (Szegedy et al., 2015). */
const smoothing = z.number().min(0).lt(1).default(0);

/** What training makes small. Which of them a task can take is said by `lossesOf`. */
export const Loss = z.discriminatedUnion('kind', [
  /** One class per case. */
  z.object({ kind: z.literal('cross-entropy'), smoothing }),
  /** Cases that are easy already weigh less, the more so the larger gamma is (Lin et al., 2017). */
  z.object({ kind: z.literal('focal'), gamma: z.number().min(1).max(10).default(2), smoothing }),
  /** Several labels per case, each yes or no. */
  z.object({ kind: z.literal('binary'), smoothing }),
  /** A number per case: mean squared error. */
  z.object({ kind: z.literal('mse') }),
  /** The same, but an error beyond `delta` standard deviations of the truth counts in proportion only (Huber, 1964). */
  z.object({ kind: z.literal('huber'), delta: z.number().positive().max(10).default(1) }),
]);
export type Loss = z.output<typeof Loss>;

/**
 * How much each class weighs in the loss: `true` all classes the same (inversely to their number of cases), `false`
 * each case the same, or by the effective number of cases (1 - beta^n) / (1 - beta), in between (Cui et al., 2019).
 */
export const ClassWeights = z.union([z.boolean(), z.object({ beta: z.number().gt(0).lt(1) })]);
export type ClassWeights = z.output<typeof ClassWeights>;

/** The losses of each task of a dataset, the usual one first. */
const losses = {
  classification: ['cross-entropy', 'focal'],
  ordinal: ['cross-entropy'],
  regression: ['mse', 'huber'],
  'multi-label': ['binary', 'focal'],
} as const satisfies Record<DatasetTask, readonly Loss['kind'][]>;

const advice: Record<DatasetTask, string> = {
  classification: 'this dataset gives each case one class. Choose cross entropy or the focal loss.',
  ordinal: 'this dataset gives each case one of several ordered grades. Choose cross entropy.',
  regression: 'this dataset gives each case a number. Choose the mean squared error or the Huber loss.',
  'multi-label': 'this dataset gives each case several labels. Choose binary cross entropy or the focal loss.',
};

const askedFor: Record<Loss['kind'], string> = {
  'cross-entropy': 'Cross entropy is for one class per case',
  focal: 'The focal loss is for classes',
  binary: 'Binary cross entropy is for several labels per case, each yes or no',
  mse: 'The mean squared error is for a number per case',
  huber: 'The Huber loss is for a number per case',
};

/** What a training of the task makes small unless it is told otherwise. */
export const usualLoss = (task: DatasetTask = 'classification'): Loss => Loss.parse({ kind: losses[task][0] });

export function lossesOf(task: DatasetTask): readonly Loss['kind'][] {
  return losses[task];
}

/** Why a dataset of this task cannot be trained with the loss, in a sentence; undefined where it can. */
export function lossGap(loss: Loss, task: DatasetTask): string | undefined {
  if (lossesOf(task).includes(loss.kind)) return undefined;
  return `${askedFor[loss.kind]}; ${advice[task]}`;
}
