import type { ReactNode } from 'react';
import {
  type Optimizer,
  type OptimizerName,
  optimizerName,
  optimizerNames,
  optimizerOfName,
  optimizerTitles,
} from '../../../../main/contract/training/optimizer.ts';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { NumberField } from '../../../components/NumberField.tsx';
import { Select } from '../../../components/Select.tsx';
import { Switch } from '../../../components/Switch.tsx';
import type { PlanChanges } from '../plannedConfig.ts';

interface OptimizerFieldsProps {
  readonly config: TrainingConfig;
  readonly onChange: (changes: PlanChanges) => void;
}

const hints: Readonly<Record<OptimizerName, string>> = {
  adamw: 'Finds a step size for each weight by itself. Right for most.',
  adam: 'As AdamW, its decay mixed into the gradient: to repeat older work.',
  sgd: 'Needs a rate of its own (try the search), often ten times larger than for AdamW.',
  rmsprop: 'What the MobileNet and Inception papers trained with.',
};

/** How gradients become changes of the weights. */
export function OptimizerFields({ config, onChange }: OptimizerFieldsProps): ReactNode {
  const { optimizer, accumulateBatches, batchSize, clipNorm, averageDecay } = config;
  const name = optimizerName(optimizer);
  const change = (next: Optimizer): void => onChange({ optimizer: next });
  return (
    <fieldset>
      <legend>Changing the weights</legend>
      <div className="form-grid">
        <Select
          label="Optimizer"
          value={name}
          options={optimizerNames.map((value) => ({ value, title: optimizerTitles[value] }))}
          onChange={(next) => change(optimizerOfName(next, optimizer))}
          hint={hints[name]}
        />
        {optimizer.kind === 'adam' ? null : (
          <NumberField
            label="Momentum"
            value={optimizer.momentum}
            minimum={0}
            maximum={0.999}
            step={0.05}
            onChange={(momentum) => change({ ...optimizer, momentum })}
            hint="How much of the last steps carries on into the next."
          />
        )}
        {optimizer.kind === 'sgd' ? (
          <div className="field">
            <Switch
              label="Nesterov's momentum"
              isOn={optimizer.nesterov}
              onChange={(nesterov) => change({ ...optimizer, nesterov })}
            />
            <p className="field-hint">Looks one step ahead.</p>
          </div>
        ) : null}
        <NumberField
          label="Weight decay"
          value={optimizer.weightDecay}
          minimum={0}
          maximum={1}
          step={1e-4}
          onChange={(weightDecay) => change({ ...optimizer, weightDecay })}
          hint="Pulls weights towards zero, so that few cases are learned less by heart."
        />
        <NumberField
          label="L1 decay"
          value={optimizer.l1}
          minimum={0}
          maximum={1}
          step={1e-5}
          onChange={(l1) => change({ ...optimizer, l1 })}
          hint="Pulls all alike, so that unimportant weights become zero. 0: off."
        />
        <NumberField
          label="Batches gathered"
          value={accumulateBatches}
          minimum={1}
          maximum={256}
          onChange={(next) => (Number.isInteger(next) ? onChange({ accumulateBatches: next }) : undefined)}
          hint={`Weights change after ${accumulateBatches * batchSize} cases: a large batch in the memory of a small one.`}
        />
        <NumberField
          label="Longest gradient"
          value={clipNorm ?? 0}
          minimum={0}
          step={0.5}
          onChange={(next) => onChange({ clipNorm: next > 0 ? next : undefined })}
          hint="Longer ones are shortened, so that one odd batch does no harm. 0: off; 1 is usual."
        />
        <NumberField
          label="Average of the weights"
          value={averageDecay ?? 0}
          minimum={0}
          maximum={0.9999}
          step={0.001}
          onChange={(next) => onChange({ averageDecay: next > 0 ? next : undefined })}
          hint="A running mean is validated and kept instead: steadier. 0: off; 0.99 to 0.999 is usual."
        />
      </div>
    </fieldset>
  );
}
