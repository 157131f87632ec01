import type { ReactNode } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { useJob } from '../../client/jobs.ts';
import { Badge } from '../../components/Badge.tsx';
import { Card } from '../../components/Card.tsx';
import { CurveChart } from '../../components/charts/CurveChart.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { type RunCurveData, runCurves } from './curveData.ts';
import { FittedCard } from './FittedCard.tsx';
import { PreviewStrip } from './PreviewStrip.tsx';
import { RunButtons } from './RunButtons.tsx';
import { RunPanel } from './RunPanel.tsx';
import { RunProgress } from './RunProgress.tsx';
import { statusText, statusTone } from './statusWords.ts';
import { useRunStep } from './useRunStep.ts';

/** One training, live while it runs and as a record after. All but the step bar comes from the core: a reload loses nothing. */
export function RunPage({ runId }: { runId: string }): ReactNode {
  const { data: run, error, refetch } = useQueryOf('runs.get', { runId });
  const job = useJob(run?.jobId);
  const step = useRunStep(runId);
  const snapshots = useQueryOf('datasets.list', {}).data?.snapshots ?? [];
  if (error)
    return (
      <div className="page">
        <h1>Training</h1>
        <ErrorState text={errorText(error)} onRetry={() => void refetch()} />
      </div>
    );
  if (!run) return null;
  const { summary, config, epochs } = run;
  const curves = runCurves(epochs);
  const scale = snapshots.find(({ id }) => id === summary.snapshotId)?.number;
  const isOn = summary.status === 'running' || summary.status === 'queued';
  const isDrawn = (drawn: RunCurveData['auroc']) => drawn.some(({ values }) => values.some((value) => value !== null));
  const hasAuroc = isDrawn(curves.auroc);
  return (
    <div className="page">
      <header className="page-header">
        <div className="row">
          <h1>{summary.name}</h1>
          <Badge tone={statusTone(summary.status)}>{statusText(summary.status)}</Badge>
        </div>
        <RunButtons run={run} />
      </header>
      <div className="stack">
        {isOn ? <RunProgress run={run} job={job} step={step} /> : null}
        {epochs.length === 0 ? (
          <Card title="Curves">
            <p className="dim curves-wait">
              {isOn ? 'The curves begin when the first epoch is over.' : 'No epoch was finished.'}
            </p>
          </Card>
        ) : config.head !== 'dense' ? (
          <FittedCard epochs={epochs} />
        ) : (
          <div className="run-charts">
            <Card title="Loss">
              <CurveChart
                label="Loss over epochs"
                xLabel="epoch"
                x={curves.x}
                xMaximum={isOn ? config.epochs : (curves.x.at(-1) ?? 1)}
                curves={curves.loss}
                marks={curves.best.map(({ epoch, valLoss, text, colour }) => ({ x: epoch, y: valLoss, text, colour }))}
              />
            </Card>
            {hasAuroc ? (
              <Card title="AUROC">
                <CurveChart
                  label="AUROC over epochs"
                  xLabel="epoch"
                  x={curves.x}
                  xMaximum={isOn ? config.epochs : (curves.x.at(-1) ?? 1)}
                  curves={curves.auroc}
                  marks={curves.best.map(({ epoch, valAuroc, text, colour }) => ({
                    x: epoch,
                    y: valAuroc,
                    text,
                    colour,
                  }))}
                  range={aurocRange(curves.auroc.flatMap(({ values }) => values))}
                />
              </Card>
            ) : null}
            {isDrawn(curves.error) ? (
              <Card
                title={scale ? `Mean error${scale.unit ? `, ${scale.unit}` : ''}` : 'Grades from the truth, on average'}
              >
                <CurveChart
                  label="Mean distance from the truth over epochs"
                  xLabel="epoch"
                  x={curves.x}
                  xMaximum={isOn ? config.epochs : (curves.x.at(-1) ?? 1)}
                  curves={curves.error}
                  marks={curves.best.map(({ epoch, valError, text, colour }) => ({
                    x: epoch,
                    y: valError,
                    text,
                    colour,
                  }))}
                />
              </Card>
            ) : null}
          </div>
        )}
        {run.preview.length > 0 ? <PreviewStrip run={run} /> : null}
      </div>
      <RunPanel run={run} />
    </div>
  );
}

/** 0.4 to 1, further down in steps of 0.2 where a curve goes there. */
function aurocRange(values: readonly (number | null)[]): readonly [number, number] {
  const lowest = Math.min(0.5, ...values.filter((value) => value !== null));
  return [Math.max(0, Math.floor((lowest - 0.05) * 5) / 5), 1.02];
}
