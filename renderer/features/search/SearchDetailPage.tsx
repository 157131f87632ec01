import { type ReactNode, useState } from 'react';
import type { SearchDetail } from '../../../main/contract/search.ts';
import { searchedTraining } from '../../../main/contract/searchedTraining.ts';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { useJob } from '../../client/jobs.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatDuration, formatTime } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { SeedResults } from './SeedResults.tsx';
import { furthest, headOf, headTitles, settingWords, stateText, stateTone, type Trial } from './searchWords.ts';
import { TrialChart } from './TrialChart.tsx';
import { TrialTable } from './TrialTable.tsx';

/** One search, live while it runs and as a record after. */
export function SearchDetailPage({ searchId }: { searchId: string }): ReactNode {
  const { data, error, refetch } = useQueryOf('search.get', { searchId });
  const [chosenId, setChosenId] = useState<number>();
  if (error)
    return (
      <div className="page">
        <h1>Search</h1>
        <ErrorState text={errorText(error)} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return null;
  const { summary, trials, request } = data;
  const rows = furthest(trials);
  const chosen = rows.find(({ id }) => id === chosenId) ?? summary.best;
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <div className="row">
            <h1>{summary.title}</h1>
            <Badge tone={stateTone(summary.status)}>{stateText(summary.status)}</Badge>
          </div>
          <p>
            {request.kind === 'settings'
              ? `${request.trials} settings on ${request.architecture} with ${request.backbone === 'random' ? 'random weights' : 'the weights of a model'}`
              : `${request.config.architecture}, seeds ${request.config.seed} to ${request.config.seed + request.seeds - 1}`}
            , begun {formatTime(summary.createdAt)}. All figures are of validation cases.
          </p>
        </div>
        <SearchButtons data={data} chosen={chosen} />
      </header>
      <div className="stack">
        {summary.status === 'running' ? <SearchProgress summary={summary} /> : null}
        {data.error ? <ErrorState text={data.error.message} /> : null}
        {request.kind === 'seeds' ? (
          <SeedResults trials={trials} spread={data.spread} />
        ) : (
          <>
            <TrialChart trials={trials} chosenId={chosen?.id} onChoose={setChosenId} />
            <TrialTable rows={rows} bestId={summary.best?.id} chosenId={chosen?.id} onChoose={setChosenId} />
          </>
        )}
      </div>
    </div>
  );
}

function SearchProgress({ summary }: { summary: SearchDetail['summary'] }): ReactNode {
  const job = useJob(summary.jobId);
  const { fraction, message, etaSeconds } = job?.progress ?? {};
  return (
    <section className="search-progress" aria-label="Progress" aria-live="polite">
      <p className="spread">
        <span>{job?.status === 'queued' ? 'waits for other work to end' : (message ?? 'starting')}</span>
        <span className="dim">{etaSeconds === undefined ? '' : `about ${formatDuration(etaSeconds)} left`}</span>
      </p>
      <ProgressBar label="Whole search" fraction={fraction} />
    </section>
  );
}

function SearchButtons({ data, chosen }: { data: SearchDetail; chosen: Trial | undefined }): ReactNode {
  const { summary, request } = data;
  const cancel = useCommand('jobs.cancel');
  const resume = useCommand('search.resume');
  const start = useCommand('runs.start');
  const { jobId, id: searchId, status, best } = summary;
  if (status === 'running')
    return (
      <Button icon="stop" disabled={jobId === undefined} onClick={() => jobId && void cancel.run({ jobId })}>
        Stop, keep what was found
      </Button>
    );
  const train = async (trial: Trial): Promise<void> => {
    if (request.kind !== 'settings') return;
    const started = await start.run(searchedTraining(request, trial.settings));
    if (started) navigate('train', [started.runId]);
  };
  const isBest = chosen !== undefined && chosen.id === best?.id;
  return (
    <div className="row">
      {status === 'finished' ? null : (
        <Button icon="play" isBusy={resume.isRunning} onClick={() => void resume.run({ searchId })}>
          Go on
        </Button>
      )}
      <Button onClick={() => navigate('search')}>All searches</Button>
      {chosen && request.kind === 'settings' ? (
        <Button
          tone="primary"
          icon="train"
          isBusy={start.isRunning}
          title={`${headTitles[headOf(chosen)]}, ${settingWords(chosen)}`}
          onClick={() => void train(chosen)}
        >
          {isBest ? 'Train with the best' : `Train with no. ${chosen.id}`}
        </Button>
      ) : null}
    </div>
  );
}
