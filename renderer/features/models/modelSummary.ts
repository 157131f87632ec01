import type { ModelSummary as ModelSummarySchema } from '../../../main/contract/models.ts';

/** A model as the table shows it. */
export type ModelSummary = ReturnType<typeof ModelSummarySchema.parse>;
