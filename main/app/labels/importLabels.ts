import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { LabelsImportResult } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import type { SeriesInstanceUid } from '../../domain/ids.ts';
import { parseLabelsCsv } from '../../exchange/labels/parseLabelsCsv.ts';
import { type PlannedSave, planLabelImport } from '../../exchange/labels/planLabelImport.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { transactionBudgetMs } from '../timeBox.ts';

/** The CSV of `labels import`. The same file again adds nothing; a changed value is a new revision. */
export async function importLabels(
  context: AppContext,
  path: string,
  positive: string | undefined,
  job: JobContext,
): Promise<z.output<typeof LabelsImportResult>> {
  const { truth, catalogue } = context.store;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('file-not-found', 'The label file cannot be read.', { cause });
  });
  const csv = parseLabelsCsv(text);
  const plan = planLabelImport(csv.rows, {
    current: truth.allLabels(),
    definitions: truth.definitions(),
    readers: truth.readers(),
    lookup: catalogue,
    ...(positive === undefined ? {} : { positive }),
  });
  for (const name of plan.newReaders) truth.createReader(name);
  for (const definition of plan.definitions) truth.saveDefinition(definition);
  if (plan.definitions.length > 0) context.announce('definitions.changed', {});
  const importId = truth.beginLabelImport(path);
  const result = { added: 0, revised: 0 };
  for (let done = 0; done < plan.saves.length; ) {
    job.signal.throwIfAborted();
    const applied = truth.applyLabelImport(plan.saves.slice(done, done + 200), importId, transactionBudgetMs);
    result.added += applied.added;
    result.revised += applied.revised;
    done += applied.taken;
    job.progress({ fraction: done / plan.saves.length, message: `${done} of ${plan.saves.length} labels` });
    await nextTurn(); // a label saved by hand meanwhile gets its turn
  }
  const rejected = [...csv.rejected, ...plan.rejected].sort((a, b) => a.row - b.row);
  const outcome = { rows: csv.rows.length + csv.rejected.length, ...result, unchanged: plan.unchanged, rejected };
  truth.finishLabelImport(importId, outcome);
  context.announce('labels.changed', { seriesInstanceUids: seriesOf(plan.saves) });
  return outcome;
}

function seriesOf(saves: readonly PlannedSave[]): SeriesInstanceUid[] {
  return [...new Set(saves.flatMap(({ target }) => target.seriesInstanceUid ?? []))];
}
