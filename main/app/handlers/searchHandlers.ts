import type { SnapshotSummary } from '../../contract/datasets.ts';
import type { AppHandlers } from '../../contract/index.ts';
import type { SearchRequest, searchMethods } from '../../contract/search.ts';
import { lossGap } from '../../contract/training/loss.ts';
import { startingGap } from '../../contract/training/startingGap.ts';
import { searchGap } from '../../contract/training/taskGap.ts';
import { AppError } from '../../domain/errors.ts';
import { searchIds } from '../../learning/search/searchFolder.ts';
import { newId } from '../../store/newId.ts';
import type { AppContext } from '../context.ts';
import { searchDetail, searchFolder, searchJob, searchSummary } from '../learning/searchJob.ts';
import { backbonePathOf, snapshotOf } from './trainingHandlers.ts';

/** What of a request decides where it works. */
function placesOf(context: AppContext, request: SearchRequest) {
  const { snapshot, backbone } = request.kind === 'seeds' ? request.config : request;
  const { summary } = snapshotOf(context, snapshot);
  const backbonePath = backbonePathOf(context, backbone);
  return { summary, paths: { snapshotDirectory: summary.path, ...(backbonePath !== undefined && { backbonePath }) } };
}

function refuse(request: SearchRequest, { folds, task }: Pick<SnapshotSummary, 'folds' | 'task'>): void {
  if (request.kind === 'seeds') {
    const gap = startingGap(request.config) ?? searchGap(task) ?? lossGap(request.config.loss, 'classification');
    if (gap) throw new AppError('invalid-input', gap);
    return;
  }
  const gap = searchGap(task);
  if (gap) throw new AppError('invalid-input', gap);
  if (request.backbone === 'none')
    throw new AppError('invalid-input', 'Choose the base to freeze: a model, or random weights.');
  if (folds !== undefined)
    throw new AppError(
      'invalid-input',
      'In folds every patient tests once, so a search would look at test patients. Search on a dataset with one split.',
    );
}

export function searchHandlers(context: AppContext): Pick<AppHandlers, keyof typeof searchMethods> {
  const start = (searchId: string, request: SearchRequest, title: string): string => {
    const { paths } = placesOf(context, request);
    const { id } = context.jobs.start({
      kind: 'search',
      title,
      subjectId: searchId,
      run: (job) => searchJob(context, searchId, paths, job),
      leftQueue: () => {
        searchFolder(context, searchId).end({ status: 'cancelled' });
        context.announce('search.changed', { searchId });
      },
    });
    context.announce('search.changed', { searchId });
    return id;
  };
  return {
    'search.start': (request) => {
      const { summary } = placesOf(context, request);
      refuse(request, summary);
      const searchId = newId('search');
      const title =
        request.kind === 'seeds' ? `${request.seeds} seeds of ${summary.target}` : `Settings for ${summary.target}`;
      const createdAt = new Date().toISOString();
      const manifest = {
        format: 'groundglass-search',
        version: 1,
        request,
        snapshotId: summary.id,
        title,
        createdAt,
      } as const;
      searchFolder(context, searchId).create(manifest);
      return { searchId, jobId: start(searchId, request, title) };
    },
    'search.resume': ({ searchId }) => {
      const { request, title } = searchFolder(context, searchId).manifest();
      const { status } = searchSummary(context, searchId);
      if (status === 'running')
        throw new AppError('run-active', 'This search is running, or waits for other work to end.');
      if (status === 'finished') throw new AppError('conflict', 'This search has finished.');
      return { jobId: start(searchId, request, title) };
    },
    'search.list': ({ snapshotId }) => ({
      searches: searchIds(context.store.workspace.runsFolder)
        .map((id) => searchSummary(context, id))
        .filter((search) => snapshotId === undefined || search.snapshotId === snapshotId)
        .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    }),
    'search.get': ({ searchId }) => searchDetail(context, searchId),
  };
}
