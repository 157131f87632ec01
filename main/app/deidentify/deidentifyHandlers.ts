import { randomBytes } from 'node:crypto';
import type { DeidentifyOptions, DeidentifyResult, deidentifyMethods } from '../../contract/deidentify.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import { importImages } from '../images/importImages.ts';
import { worklistRows } from '../images/worklistRows.ts';
import type { JobContext } from '../jobs.ts';
import { Slices } from '../timeBox.ts';
import { DeidentifyTally, deidentifyFiles, openTable, type SourceToDeidentify } from './deidentifyFiles.ts';
import { dicomFilesBelow } from './dicomFilesBelow.ts';
import { HeldPassphrases } from './heldPassphrases.ts';
import { factsOfSeries, surveyWorkspace } from './surveySeries.ts';

/** A large film is searched for text for some seconds; thumbnails and images of the viewer go first. */
const pictureMs = 120_000;

export function deidentifyHandlers(context: AppContext): Pick<AppHandlers, keyof typeof deidentifyMethods> {
  const passphrases = new HeldPassphrases();
  const { catalogue } = context.store;
  const addressOf = (sopInstanceUid: string): string => {
    const instance = catalogue.instanceBySop(sopInstanceUid);
    if (!instance) throw new AppError('not-found', 'the image is not in this workspace');
    return instance.facts.address;
  };
  return {
    'deidentify.export': async ({ series, paths = [], importCopies, ...options }) => {
      const known = series === undefined ? undefined : await sourcesOf(context, series);
      const title = known ? `De-identify ${known.length} files` : `De-identify ${paths.length} folders or files`;
      const job = context.jobs.start({
        kind: 'deidentification',
        title,
        run: async (job) => {
          const result = await exportFiles(context, known ?? paths, options, passphrases.get, job);
          return importCopies && result.written > 0
            ? { ...result, importJobId: startImport(context, options.out) }
            : result;
        },
      });
      return { jobId: job.id };
    },
    'deidentify.result': ({ jobId }) => {
      const job = context.jobs.get(jobId);
      if (job.status === 'failed') throw new AppError('conflict', job.error?.message ?? 'the de-identification failed');
      if (!job.result) throw new AppError('conflict', 'the de-identification has not ended');
      return job.result as DeidentifyResult;
    },
    'deidentify.survey': async ({ series }, { signal }) => ({
      series: await surveyWorkspace(context, series === 'all' ? undefined : new Set<string>(series), signal),
    }),
    'deidentify.picture': ({ sopInstanceUid, frameNumber }, { signal }) =>
      context.imaging
        .run('proposeMasks', { address: addressOf(sopInstanceUid), frameNumber }, { signal, timeoutMs: pictureMs })
        .then(({ proposals, ...picture }) => ({ ...picture, proposals: [...proposals] })),
    'deidentify.preview': async ({ sopInstanceUid, options }, { signal }) => {
      const request = { address: addressOf(sopInstanceUid), secret: randomBytes(32), options };
      return { rows: await context.imaging.run('previewChanges', request, { signal, priority: 'interactive' }) };
    },
    'deidentify.holdPassphrase': ({ passphrase }) => ({ heldPassphrase: passphrases.hold(passphrase) }),
  };
}

/** Files of the series, named by their UIDs. Errors: not-found. */
async function sourcesOf(context: AppContext, series: 'all' | readonly string[]): Promise<SourceToDeidentify[]> {
  const slices = new Slices();
  const uids = series === 'all' ? (await worklistRows(context, {})).map((row) => row.seriesInstanceUid) : series;
  const sources: SourceToDeidentify[] = [];
  for (const uid of uids) {
    await slices.turn();
    const facts = await factsOfSeries(context, uid, slices);
    if (facts.length === 0) throw new AppError('not-found', 'the series is not in this workspace');
    sources.push(...facts.map(({ address, sopInstanceUid }) => ({ address, name: sopInstanceUid })));
  }
  return sources;
}

/** Known files, or whatever DICOM is found below paths. */
async function exportFiles(
  context: AppContext,
  from: readonly SourceToDeidentify[] | readonly string[],
  options: DeidentifyOptions,
  held: (id: string) => string | undefined,
  job: JobContext,
): Promise<DeidentifyResult> {
  const table = await openTable(options, held);
  const tally = new DeidentifyTally();
  const rejected: { source: SourceToDeidentify; error: AppError }[] = [];
  const sources = await sourcesFrom(from, rejected, job);
  for (const line of rejected) tally.add(line);
  let done = 0;
  for await (const line of deidentifyFiles(sources, options, { pool: context.imaging, table, signal: job.signal })) {
    tally.add(line);
    done++;
    job.progress({ fraction: done / sources.length, message: `${done} of ${sources.length} files` });
  }
  return tally.result(options);
}

async function sourcesFrom(
  from: readonly (SourceToDeidentify | string)[],
  rejected: { source: SourceToDeidentify; error: AppError }[],
  job: JobContext,
): Promise<SourceToDeidentify[]> {
  const known = from.filter((item) => typeof item !== 'string');
  const paths = from.filter((item) => typeof item === 'string');
  if (paths.length === 0) return known;
  job.progress({ message: 'looking for images' });
  for await (const source of dicomFilesBelow(paths, rejected)) {
    job.signal.throwIfAborted();
    known.push(source);
  }
  return known;
}

/** A job of its own, so that it waits for other imports and shows what they show. */
function startImport(context: AppContext, out: string): string {
  const run = (job: JobContext) => importImages(context, { paths: [out] }, job);
  return context.jobs.start({ kind: 'import', title: 'Import the de-identified copies', run }).id;
}
