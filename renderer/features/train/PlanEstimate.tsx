import type { ReactNode } from 'react';
import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatBytes, formatCount, formatDuration } from '../../components/format.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { augmentationWords } from './augmentation/augmentationWords.ts';
import { plannedSeconds } from './plannedConfig.ts';

interface PlanEstimateProps {
  readonly plan: TrainingPlan;
  readonly config: TrainingConfig;
  readonly folds: number;
  readonly isMeasuring: boolean;
  readonly gap: string | undefined;
  readonly hasChanges: boolean;
  readonly onReset: () => void;
}

/** What the plan will cost, and in words what will happen. */
export function PlanEstimate(props: PlanEstimateProps): ReactNode {
  const { plan, config, folds, isMeasuring, gap, hasChanges, onReset } = props;
  const { secondsPerEpoch, memoryMb, parameters } = plan.estimate;
  const facts: readonly NamedFact[] = [
    ['One epoch', epochText(secondsPerEpoch)],
    ['Memory', formatBytes(memoryMb * 1e6)],
    ['Weights', formatCount(parameters)],
    ['Trainings', folds > 1 ? `${folds}, one per fold` : undefined],
  ];
  return (
    <div className="stack plan-side">
      <Card title="On this machine">
        <p className="plan-time">
          about <strong>{totalText(plannedSeconds(plan, config.epochs, folds))}</strong>
        </p>
        <p className="dim">
          if all {config.epochs} epochs are run; it ends earlier when {config.patience} in a row bring nothing.
        </p>
        <div className="card-part">
          <FactList facts={facts} />
        </div>
        {isMeasuring ? (
          <div className="stack" role="status">
            <ProgressBar label="Measuring" />
            <p className="dim">Measuring again ...</p>
          </div>
        ) : null}
        {gap ? (
          <p className="plan-gap" role="alert">
            {gap}
          </p>
        ) : null}
      </Card>
      <Card title="What happens to the pictures">
        <p>{augmentationWords(config)}</p>
        <p className="dim plan-note">Only in training. Validation and test pictures are never changed.</p>
      </Card>
      {hasChanges ? (
        <Button icon="undo" onClick={onReset}>
          Back to the proposal
        </Button>
      ) : null}
    </div>
  );
}

function epochText(seconds: number): string {
  if (seconds < 0.1) return 'less than 0.1 s';
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds);
}

const totalText = (seconds: number): string => (seconds < 1 ? '1 s' : formatDuration(seconds));
