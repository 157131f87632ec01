import { join } from 'node:path';
import type { SearchDetail, SearchSummary, Trial } from '../../contract/search.ts';
import { searchedTraining } from '../../contract/searchedTraining.ts';
import { asAppError } from '../../domain/errors.ts';
import { spreadOf } from '../../domain/statistics/spread.ts';
import { fitsOf } from '../../learning/search/rungs.ts';
import { bestTrial } from '../../learning/search/runSearch.ts';
import { SearchFolder } from '../../learning/search/searchFolder.ts';
import type { AppContext } from '../context.ts';
import { automaticDevice } from '../devices/deviceOverview.ts';
import type { JobContext } from '../jobs.ts';
import { version } from '../version.ts';
import { runInWorker } from './runInWorker.ts';

export const searchFolder = ({ store }: AppContext, searchId: string): SearchFolder =>
  new SearchFolder(join(store.workspace.runsFolder, searchId));

/** The job of a search, running or waiting; undefined once it has ended. */
const jobOf = ({ jobs }: AppContext, searchId: string) => jobs.active.find((job) => job.subjectId === searchId);

function statusOf(context: AppContext, searchId: string, folder: SearchFolder): SearchSummary['status'] {
  if (jobOf(context, searchId)) return 'running';
  return folder.ending()?.status ?? 'cancelled'; // it broke off with the program
}

export function searchSummary(context: AppContext, searchId: string): SearchSummary {
  const folder = searchFolder(context, searchId);
  const { request, snapshotId, title, createdAt } = folder.manifest();
  const trials = folder.trials();
  const best = request.kind === 'settings' ? bestTrial(trials) : undefined;
  const jobId = jobOf(context, searchId)?.id;
  return {
    ...{ id: searchId, title, kind: request.kind, snapshotId, createdAt },
    status: statusOf(context, searchId, folder),
    done: trials.length,
    total: request.kind === 'seeds' ? request.seeds : fitsOf(request.trials),
    ...(best && { best }),
    ...(jobId !== undefined && { jobId }),
  };
}

export function searchDetail(context: AppContext, searchId: string): SearchDetail {
  const folder = searchFolder(context, searchId);
  const { request } = folder.manifest();
  const trials = folder.trials();
  const summary = searchSummary(context, searchId);
  const { error } = folder.ending() ?? {};
  const bestConfig = request.kind === 'settings' && summary.best && searchedTraining(request, summary.best.settings);
  return {
    ...{ summary, request, trials },
    ...(bestConfig && { bestConfig }),
    ...(request.kind === 'seeds' && trials.length > 1 && { spread: spreadOfSeeds(trials) }),
    ...(error && summary.status !== 'running' && { error }),
  };
}

function spreadOfSeeds(trials: readonly Trial[]): NonNullable<SearchDetail['spread']> {
  const aurocs = trials.flatMap(({ valAuroc }) => valAuroc ?? []);
  return {
    valLoss: spreadOf(trials.map(({ valLoss }) => valLoss)),
    ...(aurocs.length === trials.length && { valAuroc: spreadOf(aurocs) }),
  };
}

/** Runs in a worker; every fit is on disk when it is told. Cancelled, it keeps what there is. */
export async function searchJob(
  context: AppContext,
  searchId: string,
  paths: { snapshotDirectory: string; backbonePath?: string },
  job: JobContext,
): Promise<SearchSummary> {
  const folder = searchFolder(context, searchId);
  context.announce('search.changed', { searchId });
  try {
    const { isComplete } = await runInWorker(
      context,
      'search',
      { directory: folder.directory, ...paths, automaticDevice: automaticDevice(), codeVersion: version },
      {
        signal: job.signal,
        onProgress: ({ trial, message, fraction }) => {
          job.progress({ message, ...(fraction !== undefined && { fraction }) });
          if (trial) context.announce('search.trialEnded', { searchId, trial });
        },
      },
    );
    job.signal.throwIfAborted();
    folder.end({ status: isComplete ? 'finished' : 'cancelled' });
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    const isCancelled = job.signal.aborted || code === 'cancelled';
    folder.end(isCancelled ? { status: 'cancelled' } : { status: 'failed', error: { code, message } });
    throw thrown;
  } finally {
    // Told when the job itself has ended, too: its status is read from the queue.
    setImmediate(() => context.announce('search.changed', { searchId }));
  }
  return { ...searchSummary(context, searchId), status: 'finished' };
}
