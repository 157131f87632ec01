import { type ReactNode, useState } from 'react';
import { augmentationGaps } from '../../../main/contract/augmentationGaps.ts';
import { startingGap } from '../../../main/contract/training/startingGap.ts';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { withoutAdvanced } from './advanced/advancedSettings.ts';
import { PlanEstimate } from './PlanEstimate.tsx';
import { PlanForm } from './PlanForm.tsx';
import { type PlanChanges, plannedConfig } from './plannedConfig.ts';

interface NewTrainingProps {
  readonly snapshotId: string;
  /** Model to start from, given by a link. */
  readonly backbone: string | undefined;
}

/** The proposed plan for a dataset, each choice with its reason and open to change. */
export function NewTraining({ snapshotId, backbone }: NewTrainingProps): ReactNode {
  const [changes, setChanges] = useState<PlanChanges>(backbone ? { mode: 'fine-tune', backbone } : {});
  const snapshot = useQueryOf('datasets.get', { snapshotId });
  const { architecture, mode } = changes;
  const plan = useQueryOf(
    'training.plan',
    { snapshotId, ...(architecture ? { architecture } : {}), ...(mode ? { mode } : {}) },
    { keepPrevious: true, staleTimeMs: Infinity },
  );
  const start = useCommand('runs.start');
  const config = plan.data && plannedConfig(plan.data, changes);
  const question = snapshot.data && {
    ...snapshot.data.summary,
    hasWindow: snapshot.data.recipe.window !== undefined,
  };
  const refused =
    config && question && config.mode !== 'features' && augmentationGaps(config.augmentation, question)[0];
  const gap = config && (startingGap(config) ?? (refused || undefined));
  const error = plan.error ?? snapshot.error;
  const train = async (): Promise<void> => {
    if (!config) return;
    const started = await start.run(config);
    if (started) navigate('train', [started.runId]);
  };
  const summary = snapshot.data?.summary;
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>New training</h1>
          <p>
            {summary
              ? `${summary.target}: ${summary.classes.join(' or ')}, ${formatAmount(summary.cases, 'case')} of ${formatAmount(summary.patients, 'patient')}${summary.folds ? `, ${summary.folds} folds` : ''}`
              : ' '}
          </p>
        </div>
        <div className="row">
          <Button onClick={() => navigate('train')}>Cancel</Button>
          <Button
            tone="primary"
            icon="play"
            isBusy={start.isRunning}
            disabled={!config || gap !== undefined || plan.isFetching}
            onClick={() => void train()}
          >
            Train
          </Button>
        </div>
      </header>
      {error ? <ErrorState text={errorText(error)} onRetry={() => void plan.refetch()} /> : null}
      {!config && !error ? (
        <div className="stack plan-wait" role="status">
          <ProgressBar label="Planning" />
          <p className="dim">Trying a few steps on this machine to tell how long it will take ...</p>
        </div>
      ) : null}
      {plan.data && config ? (
        <div className="plan">
          <PlanForm
            plan={plan.data}
            config={config}
            changes={changes}
            isBlocked={gap !== undefined}
            onChange={(next) => setChanges({ ...changes, ...next })}
            onResetAdvanced={() => setChanges(withoutAdvanced(changes))}
          />
          <PlanEstimate
            plan={plan.data}
            config={config}
            folds={summary?.folds ?? 1}
            isMeasuring={plan.isFetching}
            gap={gap}
            hasChanges={Object.keys(changes).length > 0}
            onReset={() => setChanges({})}
          />
        </div>
      ) : null}
    </div>
  );
}
