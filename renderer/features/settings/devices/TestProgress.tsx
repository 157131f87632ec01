import type { ReactNode } from 'react';
import type { Job } from '../../../../main/contract/jobs.ts';
import { useCommand } from '../../../client/hooks.ts';
import { Button } from '../../../components/Button.tsx';
import { formatDuration } from '../../../components/format.ts';
import { ProgressBar } from '../../../components/ProgressBar.tsx';

/** A test under way: what it is doing and how long it will take. */
export function TestProgress({ job }: { job: Job }): ReactNode {
  const cancel = useCommand('jobs.cancel');
  const { fraction, message, etaSeconds } = job.progress;
  const text = job.status === 'queued' ? 'Waits until the training or test before it has ended.' : message;
  return (
    <div className="device-progress" role="status">
      <ProgressBar label={job.title} fraction={fraction} />
      <span className="spread">
        <span>{text}</span>
        <span className="dim">{etaSeconds === undefined ? '' : `about ${formatDuration(etaSeconds)} left`}</span>
        <Button onClick={() => void cancel.run({ jobId: job.id })}>Cancel</Button>
      </span>
    </div>
  );
}
