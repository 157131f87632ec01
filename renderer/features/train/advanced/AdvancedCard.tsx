import type { ReactNode } from 'react';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { Button } from '../../../components/Button.tsx';
import { formatAmount } from '../../../components/format.ts';
import { NumberField } from '../../../components/NumberField.tsx';
import type { PlanChanges } from '../plannedConfig.ts';
import { changedSettings } from './advancedSettings.ts';
import { FreezingFields } from './FreezingFields.tsx';
import { LossFields } from './LossFields.tsx';
import { OptimizerFields } from './OptimizerFields.tsx';
import { ScheduleFields } from './ScheduleFields.tsx';
import './advanced.css';

interface AdvancedCardProps {
  readonly proposed: TrainingConfig;
  readonly config: TrainingConfig;
  /** Feature layers of the network, from the image to the head; empty where they are not known here. */
  readonly stages: readonly string[];
  readonly classWeightsReason: string | undefined;
  readonly onChange: (changes: PlanChanges) => void;
  readonly onReset: () => void;
}

/** Everything that most trainings leave alone, in groups of plain questions. */
export function AdvancedCard(props: AdvancedCardProps): ReactNode {
  const { proposed, config, stages, classWeightsReason, onChange, onReset } = props;
  const changed = changedSettings(proposed, config);
  return (
    <details className="card advanced">
      <summary>
        <h2>Advanced</h2>
        <span className="dim">
          {changed > 0
            ? `${formatAmount(changed, 'setting')} changed`
            : 'the usual settings; most trainings need no others'}
        </span>
      </summary>
      <div className="advanced-groups">
        <ScheduleFields config={config} onChange={onChange} />
        <OptimizerFields config={config} onChange={onChange} />
        <LossFields config={config} reason={classWeightsReason} onChange={onChange} />
        {config.mode === 'scratch' ? null : <FreezingFields config={config} stages={stages} onChange={onChange} />}
        <fieldset>
          <legend>Repeating it exactly</legend>
          <div className="form-grid">
            <NumberField
              label="Seed"
              value={config.seed}
              minimum={0}
              onChange={(seed) => (Number.isInteger(seed) ? onChange({ seed }) : undefined)}
              hint="The same seed gives the same weights, bit for bit."
            />
          </div>
        </fieldset>
        {changed > 0 ? (
          <div>
            <Button icon="undo" onClick={onReset}>
              Back to the usual settings
            </Button>
          </div>
        ) : null}
      </div>
    </details>
  );
}
