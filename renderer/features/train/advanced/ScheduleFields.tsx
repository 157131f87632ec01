import type { ReactNode } from 'react';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { NumberField } from '../../../components/NumberField.tsx';
import { Select } from '../../../components/Select.tsx';
import type { PlanChanges } from '../plannedConfig.ts';
import { scheduleTitles } from './advancedSettings.ts';

const hints: Readonly<Record<TrainingConfig['schedule'], string>> = {
  cosine: 'Large steps first, fine ones at the end. Right for most.',
  constant: 'For short tries and for going on with a finished training.',
  step: 'The classic of the older papers.',
  'one-cycle': 'Gets along with larger rates; plan the epochs, it needs all of them.',
  plateau: 'Smaller steps whenever the validation loss stands still.',
};

/** How the learning rate moves through the training. */
export function ScheduleFields({
  config,
  onChange,
}: {
  config: TrainingConfig;
  onChange: (changes: PlanChanges) => void;
}): ReactNode {
  const { schedule, rateDrop, warmUpEpochs } = config;
  const drops = schedule === 'step' || schedule === 'plateau';
  return (
    <fieldset>
      <legend>Learning rate over time</legend>
      <div className="form-grid">
        <Select
          label="The rate"
          value={schedule}
          options={Object.entries(scheduleTitles).map(([value, title]) => ({
            value: value as TrainingConfig['schedule'],
            title,
          }))}
          onChange={(next) => onChange({ schedule: next, ...(next === 'one-cycle' ? { warmUpEpochs: 0 } : {}) })}
          hint={hints[schedule]}
        />
        {schedule === 'one-cycle' ? null : (
          <NumberField
            label="Warm-up"
            unit="epochs"
            value={warmUpEpochs}
            minimum={0}
            step={0.5}
            onChange={(next) => onChange({ warmUpEpochs: next })}
            hint="The rate rises slowly at first. 0: none. Helps large batches and large rates."
          />
        )}
        {drops ? (
          <>
            <NumberField
              label={schedule === 'step' ? 'Falls every' : 'Falls after, without a gain'}
              unit="epochs"
              value={rateDrop.epochs}
              minimum={1}
              onChange={(epochs) =>
                Number.isInteger(epochs) ? onChange({ rateDrop: { ...rateDrop, epochs } }) : undefined
              }
            />
            <NumberField
              label="To this share"
              value={rateDrop.factor}
              minimum={0.01}
              maximum={0.99}
              step={0.05}
              onChange={(factor) => onChange({ rateDrop: { ...rateDrop, factor } })}
            />
          </>
        ) : null}
      </div>
    </fieldset>
  );
}
