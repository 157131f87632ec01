import { z } from 'zod';

/**
 * What the answer to a dataset's question is. `classification`: one of several classes, in no order; `ordinal`: one of
 * several grades, from the least to the most.
 */
export const DatasetTask = z.enum(['classification', 'ordinal']);
export type DatasetTask = z.output<typeof DatasetTask>;

/** As a sentence says it. */
export const taskWords: Readonly<Record<DatasetTask, string>> = {
  classification: 'one of several classes',
  ordinal: 'ordered grades',
};
