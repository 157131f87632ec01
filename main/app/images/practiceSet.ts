import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parsed } from '../../contract/define.ts';
import type { systemMethods } from '../../contract/system.ts';
import { parseLabelsCsv } from '../../exchange/labels/parseLabelsCsv.ts';
import { planDefinitions } from '../../exchange/labels/planDefinitions.ts';
import { makePhantoms } from '../../imaging/phantom/makePhantoms.ts';
import { labelModalities } from '../../imaging/phantom/truth.ts';
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
  const imported = await importImages(context, { paths: await patientFolders(folder) }, { ...job, progress: rescaled });
  defineLabels(context, await readFile(made.labelsCsv, 'utf8'));
  context.store.settings.setPractice({ folder, labelsCsv: made.labelsCsv, kinds: input.kinds });
  return { folder, labelsCsv: made.labelsCsv, ...imported };
}

/** Not the truth masks beside them. */
async function patientFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const patients = entries.filter((entry) => entry.isDirectory() && entry.name !== 'masks');
  return patients.map(({ name }) => join(folder, name)).sort();
}

/** The questions of the CSV without its answers, each for the kind of image that it was made for. */
function defineLabels(context: AppContext, csv: string): void {
  const { truth } = context.store;
  for (const draft of planDefinitions(parseLabelsCsv(csv).rows, truth.definitions(), undefined))
    truth.saveDefinition({ ...draft, modalities: [labelModalities.get(draft.name) ?? []].flat() });
  context.announce('definitions.changed', {});
}
