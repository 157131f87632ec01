import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parsed } from '../../contract/define.ts';
import type { systemMethods } from '../../contract/system.ts';
import { labelColours } from '../../domain/labelColours.ts';
import { parseLabelsCsv } from '../../exchange/labels/parseLabelsCsv.ts';
import { makePhantoms } from '../../imaging/phantom/makePhantoms.ts';
import type { AppContext } from '../context.ts';
import type { JobContext, JobProgress } from '../jobs.ts';
import { importImages } from './importImages.ts';

type PracticeInput = Parsed<(typeof systemMethods)['practice.create']>;

/** Shares of the progress bar: drawing, then importing. */
const drawShare = 0.6;

/**
 * Makes phantoms in the workspace's own folder, imports their images and defines the questions of their labels. The
 * answers stay in labels.csv, for the reader to give by hand or to import.
 */
export async function practiceSet(context: AppContext, input: PracticeInput, job: JobContext) {
  const folder = join(
    context.store.workspace.path,
    'practice',
    `${input.kinds.join('+')}-${input.patients}-${input.seed}-${randomUUID().slice(0, 8)}`,
  );
  const made = await makePhantoms({
    out: folder,
    patients: input.patients,
    seed: input.seed,
    kind: input.kinds,
    signal: job.signal,
    onProgress: (done, total) =>
      job.progress({ fraction: (drawShare * done) / total, message: `drawing patient ${done} of ${total}` }),
  });
  const rescaled = (progress: JobProgress): void => {
    const { etaSeconds: _, fraction, ...rest } = progress;
    job.progress({ ...rest, ...(fraction === undefined ? {} : { fraction: drawShare + (1 - drawShare) * fraction }) });
  };
  const imported = await importImages(context, { paths: [folder] }, { ...job, progress: rescaled });
  defineLabels(context, await readFile(made.labelsCsv, 'utf8'));
  context.store.settings.setPractice({ folder, labelsCsv: made.labelsCsv, kinds: input.kinds });
  return { folder, labelsCsv: made.labelsCsv, ...imported };
}

/** One definition per label of the CSV, its classes sorted, the keys 1, 2, ... */
function defineLabels(context: AppContext, csv: string): void {
  const questions = new Map<string, { scope: 'study' | 'series' | 'image' | 'lesion'; values: Set<string> }>();
  for (const { label, scope, value } of parseLabelsCsv(csv).rows) {
    const question = questions.get(label) ?? { scope, values: new Set<string>() };
    question.values.add(value);
    questions.set(label, question);
  }
  for (const [name, { scope, values }] of questions) {
    if (context.store.truth.definition(name)) continue;
    const sorted = [...values].sort();
    context.store.truth.saveDefinition({
      name,
      scope,
      values: sorted.map((value, i) => ({
        value,
        colour: labelColours[i % labelColours.length] ?? '#e69f00',
        key: String(i + 1),
      })),
      isRetired: false,
    });
  }
  context.announce('definitions.changed', {});
}
