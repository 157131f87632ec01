import { useEffect, useEffectEvent } from 'react';
import type { Job } from '../../main/contract/jobs.ts';
import { connection } from './connection.ts';
import { useQueryOf } from './hooks.ts';

/** Every job of this workspace, newest first. */
export function useJobs(): readonly Job[] {
  const { data } = useQueryOf('jobs.list', {});
  return [...(data?.jobs ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** One job while it runs and after; undefined without an id. */
export function useJob(jobId: string | undefined): Job | undefined {
  const { data } = useQueryOf('jobs.get', { jobId: jobId ?? 'none' }, { enabled: jobId !== undefined });
  return jobId === undefined ? undefined : data;
}

/** Calls `listener` once for each job that ends while the component is shown. */
export function useJobEnded(listener: (job: Job) => void): void {
  const onEnd = useEffectEvent(listener);
  useEffect(() => {
    const told = new Set<string>();
    return connection.on('jobs.changed', (job) => {
      if (!hasEnded(job) || told.has(job.id)) return;
      told.add(job.id);
      onEnd(job);
    });
  }, []);
}

export const hasEnded = (job: Job): boolean =>
  job.status === 'done' || job.status === 'failed' || job.status === 'cancelled';
