import { type ReactNode, useState } from 'react';
import { RateSearch } from '../../../../main/contract/training/rateSearch.ts';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { useCommand } from '../../../client/hooks.ts';
import { hasEnded, useJob } from '../../../client/jobs.ts';
import { Button } from '../../../components/Button.tsx';
import { formatDuration } from '../../../components/format.ts';
import { ProgressBar } from '../../../components/ProgressBar.tsx';
import { RateChart } from './RateChart.tsx';
import { rateText, searchKey } from './rateCurve.ts';
import './rate.css';

interface RateFinderProps {
  readonly config: TrainingConfig;
  /** A training with this configuration could not start: nor can a search. */
  readonly isBlocked: boolean;
  readonly onUse: (learningRate: number) => void;
}

/** Tries rising rates on the training cases and offers the one at which the loss falls most steeply. */
export function RateFinder({ config, isBlocked, onUse }: RateFinderProps): ReactNode {
  const [asked, setAsked] = useState<{ readonly jobId: string; readonly key: string }>();
  const find = useCommand('training.findRate');
  const cancel = useCommand('jobs.cancel');
  const job = useJob(asked?.jobId);
  const key = searchKey(config);
  const isRunning = asked !== undefined && (job === undefined || !hasEnded(job));
  const search = job?.status === 'done' ? RateSearch.parse(job.result) : undefined;
  const start = async (): Promise<void> => {
    const started = await find.run({ config });
    if (started) setAsked({ jobId: started.jobId, key });
  };
  return (
    <div className="rate-finder">
      <div className="row">
        <Button icon="search" isBusy={find.isRunning} disabled={isRunning || isBlocked} onClick={() => void start()}>
          {search ? 'Search again' : 'Find a learning rate'}
        </Button>
        {isRunning ? (
          <Button tone="quiet" onClick={() => void cancel.run({ jobId: asked.jobId })}>
            Cancel
          </Button>
        ) : null}
        {asked === undefined ? (
          <p className="dim">A short trial with rising rates, up to 200 batches. Nothing of it is kept.</p>
        ) : null}
      </div>
      {isRunning ? (
        <div className="rate-progress" role="status">
          <ProgressBar label="Trying rates" fraction={job?.progress.fraction} />
          <p className="dim">
            {job?.status === 'queued' ? 'Waiting for its turn' : (job?.progress.message ?? 'starting')}
            {job?.progress.etaSeconds === undefined ? '' : `, at most ${formatDuration(job.progress.etaSeconds)} left`}
          </p>
        </div>
      ) : null}
      {job?.status === 'failed' ? (
        <p className="field-error" role="alert">
          {job.error?.message}
        </p>
      ) : null}
      {search ? (
        <section className="stack" aria-label="Learning rates tried">
          <RateChart search={search} chosen={config.learningRate} />
          <RateVerdict search={search} config={config} isOutdated={asked?.key !== key} onUse={onUse} />
        </section>
      ) : null}
    </div>
  );
}

interface VerdictProps {
  readonly search: RateSearch;
  readonly config: TrainingConfig;
  readonly isOutdated: boolean;
  readonly onUse: (learningRate: number) => void;
}

function RateVerdict({ search, config, isOutdated, onUse }: VerdictProps): ReactNode {
  const { suggested } = search;
  if (suggested === undefined)
    return <p>The loss never fell clearly at any rate, so none is suggested. More cases per batch make it steadier.</p>;
  const rate = Number(suggested.toPrecision(2));
  const isUsed = config.learningRate === rate;
  return (
    <div className="row rate-verdict">
      <p>
        The loss falls most steeply near <strong>{rateText(rate)}</strong>.
        {isOutdated ? <span className="dim"> Found with other settings: search again.</span> : null}
      </p>
      <Button tone={isUsed ? 'quiet' : 'plain'} icon="check" disabled={isUsed} onClick={() => onUse(rate)}>
        {isUsed ? 'In use' : 'Use this rate'}
      </Button>
    </div>
  );
}
