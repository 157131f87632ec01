import { setTimeout as delay } from 'node:timers/promises';
import type { AppClient } from '../../../main/contract/index.ts';
import type { Job } from '../../../main/contract/jobs.ts';

const POLL_MS = 30;
const ends: ReadonlySet<Job['status']> = new Set(['done', 'failed', 'cancelled']);

/** The job once it is over, however it ended. */
export async function endOfJob(client: AppClient, { jobId }: { readonly jobId: string }): Promise<Job> {
  for (;;) {
    const job = await client['jobs.get']({ jobId });
    if (ends.has(job.status)) return job;
    await delay(POLL_MS);
  }
}

/** What a job made; throws its error where it failed or was cancelled. */
export async function resultOfJob<T>(client: AppClient, started: { readonly jobId: string }): Promise<T> {
  const job = await endOfJob(client, started);
  if (job.status !== 'done') throw Object.assign(new Error(job.error?.message), job.error);
  return job.result as T;
}
