import type { AppHandlers } from '../../contract/index.ts';
import type { jobMethods } from '../../contract/jobs.ts';
import type { AppContext } from '../context.ts';

export function jobHandlers({ jobs }: AppContext): Pick<AppHandlers, keyof typeof jobMethods> {
  return {
    'jobs.list': () => ({ jobs: jobs.list() }),
    'jobs.get': ({ jobId }) => jobs.get(jobId),
    'jobs.cancel': ({ jobId }) => {
      jobs.cancel(jobId);
      return {};
    },
  };
}
