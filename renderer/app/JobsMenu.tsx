import type { ReactNode } from 'react';
import type { Job } from '../../main/contract/jobs.ts';
import { TrainingResult } from '../../main/contract/training.ts';
import { useCommand } from '../client/hooks.ts';
import { hasEnded, useJobEnded, useJobs } from '../client/jobs.ts';
import { notify } from '../client/notices.ts';
import { formatDuration, formatPercent } from '../components/format.ts';
import { Icon } from '../components/Icon.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { navigate } from '../components/navigation.ts';
import { Popover } from '../components/Popover.tsx';
import { ProgressRing } from '../components/ProgressRing.tsx';
import { pageOfJob } from './pageOfJob.ts';

/** Running work: a ring and the time left; a job never blocks a page. */
export function JobsMenu(): ReactNode {
  const jobs = useJobs();
  const active = jobs.filter((job) => !hasEnded(job));
  useJobEnded(tellEnd);
  if (jobs.length === 0) return null;
  return (
    <Popover label={`Jobs, ${active.length} running`} button={<JobsButton active={active} />} className="jobs-button">
      <ul className="job-list" aria-label="Jobs">
        {jobs.slice(0, 8).map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </Popover>
  );
}

function JobsButton({ active }: { active: readonly Job[] }): ReactNode {
  const first = active[0];
  if (!first) return <span className="dim">no job running</span>;
  const { fraction, etaSeconds } = first.progress;
  return (
    <>
      <ProgressRing label={first.title} fraction={fraction} />
      <span className="truncate">{first.title}</span>
      {fraction !== undefined ? <span>{formatPercent(fraction)}</span> : null}
      {etaSeconds !== undefined ? <span className="dim">{formatDuration(etaSeconds)}</span> : null}
      {active.length > 1 ? <span className="dim">+{active.length - 1}</span> : null}
    </>
  );
}

function JobRow({ job }: { job: Job }): ReactNode {
  const cancel = useCommand('jobs.cancel');
  const ended = hasEnded(job);
  return (
    <li className="job-row">
      {ended ? (
        <Icon name={job.status === 'done' ? 'check' : 'warning'} size={16} />
      ) : (
        <ProgressRing label={job.title} fraction={job.progress.fraction} />
      )}
      <button type="button" className="job-open" onClick={() => navigate(...pageOfJob(job))}>
        <span>{job.title}</span>
        <span className="dim">{job.error ? job.error.message : progressText(job)}</span>
      </button>
      {ended ? null : (
        <IconButton icon="close" label={`Cancel ${job.title}`} onClick={() => void cancel.run({ jobId: job.id })} />
      )}
    </li>
  );
}

function progressText({ status, progress }: Job): string {
  if (status === 'queued') return 'waits for its turn';
  if (status === 'paused') return 'paused';
  if (status === 'cancelled') return 'cancelled';
  const left = progress.etaSeconds === undefined ? '' : `, ${formatDuration(progress.etaSeconds)} left`;
  return status === 'running' ? `${progress.message}${left}` : progress.message || 'done';
}

/** A training that was paused or cancelled has saved where it is, and its job has ended well. */
function endWord(job: Job): string {
  if (job.kind !== 'training') return 'done';
  const { status } = TrainingResult.parse(job.result);
  if (status === 'finished') return 'done';
  return status === 'stopped' ? 'stopped, the best weights are kept' : `${status}, can be resumed`;
}

function tellEnd(job: Job): void {
  if (job.status === 'done' && job.kind !== 'prediction')
    notify({ tone: 'ok', text: `${job.title}: ${endWord(job)}.` });
  if (job.status === 'failed')
    notify({ tone: 'bad', text: `${job.title} failed: ${job.error?.message ?? 'no reason given'}` });
}
