import type { DeidentifyOptions, DeidentifyResult, deidentifyMethods } from '../../contract/deidentify.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { DeidentifyTally, deidentifyFiles, openTable, type SourceToDeidentify } from './deidentifyFiles.ts';

export function deidentifyHandlers(context: AppContext): Pick<AppHandlers, keyof typeof deidentifyMethods> {
  return {
    'deidentify.export': ({ series, ...options }) => {
      const sources = sourcesOf(context, series);
      const job = context.jobs.start({
        kind: 'deidentification',
        title: `De-identify ${sources.length} files`,
        run: (job) => exportSeries(context, sources, options, job),
      });
      return { jobId: job.id };
    },
    'deidentify.result': ({ jobId }) => {
      const job = context.jobs.get(jobId);
      if (job.status === 'failed') throw new AppError('conflict', job.error?.message ?? 'the de-identification failed');
      if (!job.result) throw new AppError('conflict', 'the de-identification has not ended');
      return job.result as DeidentifyResult;
    },
  };
}

/** Files of the series, named by their UIDs. Errors: not-found. */
function sourcesOf({ store }: AppContext, series: 'all' | readonly string[]): SourceToDeidentify[] {
  const { catalogue } = store;
  const uids = series === 'all' ? catalogue.worklist().map((row) => row.seriesInstanceUid) : series;
  return uids.flatMap((uid) => {
    const instances = catalogue.instancesOfSeries(uid);
    if (instances.length === 0) throw new AppError('not-found', 'the series is not in this workspace');
    return instances.map(({ facts }) => ({ address: facts.address, name: facts.sopInstanceUid }));
  });
}

async function exportSeries(
  context: AppContext,
  sources: readonly SourceToDeidentify[],
  options: DeidentifyOptions,
  job: JobContext,
): Promise<DeidentifyResult> {
  const table = await openTable(options);
  const tally = new DeidentifyTally();
  let done = 0;
  for await (const line of deidentifyFiles(sources, options, { pool: context.imaging, table, signal: job.signal })) {
    tally.add(line);
    done++;
    job.progress({ fraction: done / sources.length, message: `${done} of ${sources.length} files` });
  }
  return tally.result;
}
