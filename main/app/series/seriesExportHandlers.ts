import type { AppHandlers } from '../../contract/index.ts';
import type { seriesExportMethods } from '../../contract/seriesExport.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import { stacksOf } from '../images/stacksOf.ts';
import { exportNifti } from './exportNifti.ts';

export function seriesExportHandlers(context: AppContext): Pick<AppHandlers, keyof typeof seriesExportMethods> {
  return {
    'series.export': (request) => {
      const { seriesInstanceUid } = request;
      if (!context.store.catalogue.seriesByUid(seriesInstanceUid))
        throw new AppError('not-found', 'the series is not in this workspace');
      const stack = stacksOf(context.store, seriesInstanceUid)[request.stack];
      if (!stack) throw new AppError('not-found', `the series has no stack ${request.stack}`);
      const job = context.jobs.start({
        kind: 'series-export',
        title: 'Export a series as NIfTI',
        subjectId: seriesInstanceUid,
        run: (job) => exportNifti(context, request, stack, job),
      });
      return { jobId: job.id };
    },
  };
}
