import type { Job } from '../../contract/jobs.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import { evaluationTable } from './evaluations.ts';
import { jobTable } from './jobs.ts';
import { modelTable } from './models.ts';
import { predictionTable } from './predictions.ts';
import type { Runs } from './runs.ts';
import { snapshotTable } from './snapshots.ts';
import { trainingRunTable } from './trainingRuns.ts';

const interrupted = (job: Job, endedAt: string): Job => ({
  ...job,
  status: 'failed',
  endedAt,
  error: { code: 'worker-died', message: 'The program ended before this was done.' },
});

export function openRuns(db: Db, writeAudit: WriteAudit, paths: WorkspacePaths): Runs {
  const jobs = jobTable(db);
  const trainingRuns = trainingRunTable(db, writeAudit);
  const selectOpenRuns = db
    .prepare<[], string>(`SELECT id FROM run WHERE status IN ('queued', 'running') ORDER BY created_at`)
    .pluck();
  return {
    ...snapshotTable(db, writeAudit, paths),
    ...trainingRuns,
    ...modelTable(db, writeAudit, paths),
    ...evaluationTable(db, writeAudit),
    ...predictionTable(db),
    ...jobs,
    recover: () =>
      transact(db, () => {
        const now = new Date().toISOString();
        const ended = jobs.openJobs().map((job) => interrupted(job, now));
        for (const job of ended) jobs.saveJob(job);
        const runIds = selectOpenRuns.all();
        for (const runId of runIds) trainingRuns.changeRun(runId, { status: 'interrupted' });
        return { jobs: ended, runIds };
      }),
  };
}
