import type { ReactNode } from 'react';
import type { DeidentifyResult } from '../../../main/contract/deidentify.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { hasEnded, useJob } from '../../client/jobs.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FactList } from '../../components/FactList.tsx';
import { formatAmount, formatCount, formatDuration } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';

/** An export while it runs, and what it did when it has ended. */
export function RunReport({ jobId }: { jobId: string }): ReactNode {
  const job = useJob(jobId);
  const isDone = job?.status === 'done';
  const result = useQueryOf('deidentify.result', { jobId }, { enabled: isDone });
  return (
    <div className="page deidentify">
      <header className="page-header">
        <div>
          <h1>De-identification</h1>
          <p>{job?.title}</p>
        </div>
        <div className="row">
          <Button onClick={() => navigate('deidentify')}>Another export</Button>
          <Button onClick={() => navigate('worklist')}>Worklist</Button>
        </div>
      </header>
      {job && !hasEnded(job) ? <Running job={job} /> : null}
      {job?.status === 'failed' ? <ErrorState text={`Nothing more was written. ${job.error?.message ?? ''}`} /> : null}
      {job?.status === 'cancelled' ? (
        <p className="dim">Cancelled. What was written by then is complete and in the pseudonym table.</p>
      ) : null}
      {result.error ? <ErrorState text={errorText(result.error)} /> : null}
      {result.data ? <Report result={result.data} /> : null}
    </div>
  );
}

function Running({ job }: { job: Job }): ReactNode {
  const cancel = useCommand('jobs.cancel');
  const { fraction, message, etaSeconds } = job.progress;
  return (
    <Card title="Working">
      <div className="stack" role="status">
        <ProgressBar label="De-identifying" fraction={fraction} />
        <div className="row spread">
          <p>
            {message}
            <span className="dim">{etaSeconds === undefined ? '' : `, ${formatDuration(etaSeconds)} left`}</span>
          </p>
          <Button icon="stop" onClick={() => void cancel.run({ jobId: job.id })}>
            Stop
          </Button>
        </div>
      </div>
    </Card>
  );
}

/** What became of elements, in words. */
const decisions: readonly (readonly [decision: string, words: string])[] = [
  ['remove', 'Removed by the profile'],
  ['private', 'Private elements removed'],
  ['unknown', 'Unknown elements removed'],
  ['malformed', 'Removed, for their value was not what it should be'],
  ['empty', 'Emptied'],
  ['dummy', 'Replaced by a dummy'],
  ['pseudonym', 'Replaced by the pseudonym'],
  ['uid', 'UIDs replaced'],
  ['shift', 'Dates moved'],
  ['words', 'Descriptions reduced to known words'],
  ['check', 'Kept after a check of their form'],
  ['recurse', 'Sequences cleaned inside'],
];

function Report({ result }: { result: DeidentifyResult }): ReactNode {
  const { written, patients, refused, masked, maskedSeries, elements, method, out, table, importJobId } = result;
  const boxes = maskedSeries.reduce((sum, series) => sum + series.boxes, 0);
  return (
    <div className="report-grid">
      <Card title="Result">
        <FactList
          facts={[
            ['Written', `${formatAmount(written, 'file')} of ${formatAmount(patients, 'patient')}`],
            ['Left out', refused.length > 0 ? formatAmount(refused.length, 'file') : 'none'],
            [
              'Masked',
              masked > 0
                ? `${formatAmount(masked, 'image')} in ${formatAmount(maskedSeries.length, 'series', 'series')}, ${formatAmount(boxes, 'rectangle')}`
                : 'no picture',
            ],
            ['Folder', out],
            ['Pseudonym table', table],
          ]}
        />
        {importJobId ? <Imported jobId={importJobId} /> : null}
        <p className="dim">Look at the copies before they leave. The profile lowers a risk; it proves nothing.</p>
      </Card>
      <Card title="What the files say about it">
        <ul className="report-list">
          {method.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Card>
      <Card title="Elements">
        <FactList
          facts={decisions.map(([decision, words]) => {
            const count = elements[decision];
            return [words, count ? formatCount(count) : undefined];
          })}
        />
      </Card>
      {refused.length > 0 ? <LeftOut refused={refused} /> : null}
    </div>
  );
}

function Imported({ jobId }: { jobId: string }): ReactNode {
  const job = useJob(jobId);
  if (!job) return null;
  return <p>{hasEnded(job) ? 'The copies are in the worklist.' : `Importing the copies: ${job.progress.message}`}</p>;
}

const mostListed = 200;

function LeftOut({ refused }: { refused: DeidentifyResult['refused'] }): ReactNode {
  const byReason = Map.groupBy(refused, ({ message }) => message);
  return (
    <Card title="Left out">
      {[...byReason].map(([message, files]) => (
        <details key={message}>
          <summary>
            <Badge tone="bad">{files[0]?.code}</Badge> {formatAmount(files.length, 'file')}: {message}
          </summary>
          <ul className="report-list">
            {files.slice(0, mostListed).map(({ path }) => (
              <li key={path} className="truncate dim" title={path}>
                {path}
              </li>
            ))}
            {files.length > mostListed ? (
              <li className="dim">and {formatCount(files.length - mostListed)} more</li>
            ) : null}
          </ul>
        </details>
      ))}
    </Card>
  );
}
