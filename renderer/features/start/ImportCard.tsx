import { type ReactNode, useEffect } from 'react';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { hasEnded, useJob } from '../../client/jobs.ts';
import { Button } from '../../components/Button.tsx';
import { formatAmount, formatBytes, formatCount, formatDuration } from '../../components/format.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { navigate, useRoute } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { type CurrentImport, closeImport, useCurrentImport } from './currentImport.ts';
import { ImportOutcome } from './ImportOutcome.tsx';
import { RelocateOutcome } from './RelocateOutcome.tsx';

/** Progress and result of the import started last; never blocks the page. */
export function ImportCard(): ReactNode {
  const current = useCurrentImport();
  if (!current) return null;
  return (
    <section className="import-card" aria-label="Import">
      {current.kind === 'uploading' ? <Upload upload={current} /> : <ImportJob jobId={current.jobId} />}
    </section>
  );
}

function headingOf(status: string, isRelocation: boolean): string | undefined {
  const what = isRelocation ? 'Search' : 'Import';
  return { done: `${what} finished`, cancelled: `${what} stopped` }[status];
}

/** Shorter ones say nothing that could be read. */
const shortestTimedMs = 2000;

function Upload({ upload }: { upload: Extract<CurrentImport, { kind: 'uploading' }> }): ReactNode {
  const { doneBytes, totalBytes, fileNumber, fileCount, name, startedMs, stop } = upload;
  const spentMs = performance.now() - startedMs;
  const leftSeconds = (spentMs / 1000) * (totalBytes / Math.max(1, doneBytes) - 1);
  return (
    <>
      <h2>Taking in the dropped files</h2>
      <ProgressBar label="Upload" fraction={totalBytes === 0 ? undefined : doneBytes / totalBytes} />
      <p className="dim">
        {formatCount(fileNumber)} of {formatAmount(fileCount, 'file')}, {formatBytes(doneBytes)} of{' '}
        {formatBytes(totalBytes)}
        {spentMs > shortestTimedMs ? `, ${formatDuration(leftSeconds)} left` : ''}
      </p>
      <p className="dim truncate">{name}</p>
      <div className="row">
        <Button onClick={stop}>Stop</Button>
      </div>
    </>
  );
}

function ImportJob({ jobId }: { jobId: string }): ReactNode {
  const job = useJob(jobId);
  const isDone = job?.status === 'done';
  const { data: result } = useQueryOf('imports.result', { jobId }, { enabled: isDone && job.kind === 'import' });
  const isRelocation = job?.kind === 'relocation';
  const { data: relocated } = useQueryOf('imports.relocated', { jobId }, { enabled: isDone && isRelocation });
  const cancel = useCommand('jobs.cancel');
  const isPractice = job?.kind === 'practice';
  const { page } = useRoute();
  useEffect(() => {
    if (!isPractice || !isDone) return;
    closeImport();
    // Whoever has begun to read is left there.
    if (page === 'start') navigate('worklist');
  }, [isPractice, isDone, page]);
  // It would lie over an image; what became of the import can be read on the other pages.
  if (!job || (page === 'read' && hasEnded(job))) return null;
  const { fraction, message, etaSeconds } = job.progress;
  return (
    <>
      <header className="spread">
        <h2>{headingOf(job.status, isRelocation) ?? job.title}</h2>
        <IconButton icon="close" label="Close" onClick={closeImport} />
      </header>
      {hasEnded(job) ? null : (
        <>
          <ProgressBar label={job.title} fraction={fraction} />
          <p className="dim">
            {message}
            {etaSeconds === undefined ? '' : `, ${formatDuration(etaSeconds)} left`}
          </p>
          {job.kind === 'import' ? (
            <div className="row">
              <Button onClick={() => void cancel.run({ jobId })} isBusy={cancel.isRunning}>
                Stop
              </Button>
              <p className="dim">What is in stays; it can go on later.</p>
            </div>
          ) : null}
        </>
      )}
      {job.status === 'cancelled' ? <p>Stopped. What was taken in is in the worklist.</p> : null}
      {job.error && job.status !== 'cancelled' ? <p className="field-error">{job.error.message}</p> : null}
      {result ? <ImportOutcome result={result} /> : null}
      {relocated ? <RelocateOutcome result={relocated} /> : null}
      {isDone ? (
        <div className="row">
          <Button
            tone="primary"
            onClick={() => {
              closeImport();
              navigate('worklist');
            }}
          >
            Open the worklist
          </Button>
        </div>
      ) : null}
    </>
  );
}
