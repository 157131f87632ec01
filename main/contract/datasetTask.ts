import { z } from 'zod';
import type { Activation } from '../domain/statistics/scores.ts';

/**
 * What the answer to a dataset's question is. `classification`: one of several classes, in no order; `ordinal`: one of
 * several grades, from the least to the most; `regression`: a number with a unit;
 * `multi-label`: several questions at once, each yes or no.
 */
export const DatasetTask = z.enum(['classification', 'ordinal', 'regression', 'multi-label']);
export type DatasetTask = z.output<typeof DatasetTask>;

/** As a sentence says it. */
export const taskWords: Readonly<Record<DatasetTask, string>> = {
  classification: 'one of several classes',
  ordinal: 'ordered grades',
  regression: 'a number',
  'multi-label': 'several labels, each yes or no',
};

const activations: Readonly<Record<DatasetTask, Activation>> = {
  classification: 'softmax',
  ordinal: 'softmax',
  regression: 'identity',
  'multi-label': 'sigmoid',
};

/** How the outputs of a network become what it says. Absent: classification. */
export const activationOf = (task: DatasetTask = 'classification'): Activation => activations[task];
