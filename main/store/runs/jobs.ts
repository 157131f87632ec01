import { Job } from '../../contract/jobs.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { Jobs } from './runs.ts';

export interface JobTable extends Jobs {
  /** Jobs that are neither done, failed nor cancelled. */
  openJobs(): readonly Job[];
}

export function jobTable(db: Db): JobTable {
  const save = db.prepare(
    `INSERT INTO job (id, status, created_at, job) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, job = excluded.job`,
  );
  const select = db.prepare<[string], string>('SELECT job FROM job WHERE id = ?').pluck();
  const selectAll = db
    .prepare<[number], string>('SELECT job FROM job ORDER BY created_at DESC, rowid DESC LIMIT ?')
    .pluck();
  const selectOpen = db
    .prepare<[], string>(`SELECT job FROM job WHERE status IN ('queued', 'running', 'paused') ORDER BY created_at`)
    .pluck();
  const jobOf = (json: string): Job => Job.parse(JSON.parse(json));
  return {
    saveJob: (job) => {
      transact(db, () => save.run(job.id, job.status, job.createdAt, JSON.stringify(job)));
    },
    job: (jobId) => {
      const json = select.get(jobId);
      return json === undefined ? undefined : jobOf(json);
    },
    jobs: (limit = 200) => selectAll.all(limit).map(jobOf),
    openJobs: () => selectOpen.all().map(jobOf),
  };
}
