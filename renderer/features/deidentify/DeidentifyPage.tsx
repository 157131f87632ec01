import { type ReactNode, useState } from 'react';
import { client } from '../../client/connection.ts';
import { errorText, tellError, useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount } from '../../components/format.ts';
import { navigate, useRoute } from '../../components/navigation.ts';
import { Tabs } from '../../components/Tabs.tsx';
import { ImagesCard } from './ImagesCard.tsx';
import { PicturesTab } from './PicturesTab.tsx';
import { PreviewTab } from './PreviewTab.tsx';
import { ProfileCard } from './ProfileCard.tsx';
import { emptyPlan, fateOf, type Plan, whatIsMissing } from './plan.ts';
import { RunReport } from './RunReport.tsx';
import { TargetCard } from './TargetCard.tsx';
import './deidentify.css';

/** `deidentify`, `deidentify?series=<uid>`, `deidentify?from=folder`, `deidentify/<jobId>` */
export function DeidentifyPage(): ReactNode {
  const { params, query } = useRoute();
  const [jobId] = params;
  if (jobId !== undefined) return <RunReport key={jobId} jobId={jobId} />;
  return <NewExport key={`${query.series} ${query.from}`} only={query.series} fromFolder={query.from === 'folder'} />;
}

interface NewExportProps {
  /** SeriesInstanceUID, where the page was opened for one series. */
  readonly only: string | undefined;
  readonly fromFolder: boolean;
}

function NewExport({ only, fromFolder }: NewExportProps): ReactNode {
  const [plan, setPlan] = useState<Plan>({
    ...emptyPlan,
    ...(fromFolder ? { source: 'folder', importCopies: true } : {}),
  });
  const [tab, setTab] = useState<'pictures' | 'preview'>('pictures');
  const survey = useQueryOf('deidentify.survey', { series: only ? [only as never] : 'all' });
  const start = useCommand('deidentify.export');
  const change = (part: Partial<Plan>): void => setPlan((before) => ({ ...before, ...part }));
  const all = survey.data?.series ?? [];
  const isWorkspace = plan.source === 'workspace';
  const chosen = isWorkspace ? all.filter(({ seriesInstanceUid }) => !plan.leftOut.has(seriesInstanceUid)) : [];
  const missing = whatIsMissing(plan, chosen);
  const files = chosen.reduce((sum, series) => sum + series.files, 0);
  const refused = chosen.filter((series) => fateOf(plan, series) === 'refused').length;
  const risky = chosen.filter(({ risk }) => risk === 'high').length;
  const go = async (): Promise<void> => {
    try {
      const { heldPassphrase } = await client['deidentify.holdPassphrase']({ passphrase: plan.passphrase });
      const started = await start.run({ ...inputOf(plan), ...whatOf(plan, chosen), heldPassphrase });
      if (started) navigate('deidentify', [started.jobId]);
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <div className="page deidentify">
      <header className="page-header">
        <div>
          <h1>De-identify</h1>
          <p>Copies without what tells the patient. The originals are not changed.</p>
        </div>
        <div className="row">
          <p className="dim deidentify-missing" role="status">
            {missing ??
              (refused > 0
                ? `${formatAmount(refused, 'series', 'series')} will be refused: look at the pictures.`
                : '')}
          </p>
          <Button onClick={() => navigate('worklist')}>Cancel</Button>
          <Button
            tone="primary"
            icon="lock"
            disabled={missing !== undefined}
            isBusy={start.isRunning}
            onClick={() => void go()}
          >
            {isWorkspace ? `De-identify ${formatAmount(files, 'file')}` : 'De-identify the folder'}
          </Button>
        </div>
      </header>
      {survey.error ? <ErrorState text={errorText(survey.error)} onRetry={() => void survey.refetch()} /> : null}
      <div className="deidentify-columns">
        <div className="stack">
          <ImagesCard plan={plan} onChange={change} all={all} isKnown={survey.data !== undefined} />
          <ProfileCard plan={plan} onChange={change} />
          <TargetCard plan={plan} onChange={change} />
        </div>
        <div className="deidentify-panel">
          <Tabs
            label="Before it leaves"
            current={tab}
            onChange={setTab}
            tabs={[
              {
                id: 'pictures',
                title: 'Text in the pictures',
                badge: risky > 0 ? risky : undefined,
                content: <PicturesTab plan={plan} onChange={change} chosen={chosen} />,
              },
              { id: 'preview', title: 'What changes in a file', content: <PreviewTab plan={plan} chosen={chosen} /> },
            ]}
          />
        </div>
      </div>
    </div>
  );
}

const inputOf = ({ profile, out, table, burnedIn, importCopies }: Plan) => ({
  ...profile,
  out: out.trim(),
  ...(table.trim() ? { table: table.trim() } : {}),
  burnedIn,
  importCopies,
});

type Chosen = Parameters<typeof fateOf>[1];

function whatOf(plan: Plan, chosen: readonly Chosen[]) {
  if (plan.source === 'folder') return { paths: [plan.folder.trim()] };
  const copy = (masks: Plan['seriesMasks']) =>
    Object.fromEntries(Object.entries(masks).map(([id, boxes]) => [id, [...boxes]]));
  return {
    series: chosen.map(({ seriesInstanceUid }) => seriesInstanceUid),
    seriesMasks: copy(plan.seriesMasks),
    masks: copy(plan.imageMasks),
    reviewed: [...plan.reviewed],
  };
}
