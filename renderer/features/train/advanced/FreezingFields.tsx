import type { ReactNode } from 'react';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { NumberField } from '../../../components/NumberField.tsx';
import { Select } from '../../../components/Select.tsx';
import { Switch } from '../../../components/Switch.tsx';
import type { PlanChanges } from '../plannedConfig.ts';

interface FreezingFieldsProps {
  readonly config: TrainingConfig;
  readonly stages: readonly string[];
  readonly onChange: (changes: PlanChanges) => void;
}

/** What of the model that a training starts from stays as it is. */
export function FreezingFields({ config, stages, onChange }: FreezingFieldsProps): ReactNode {
  const { mode, freezeBelow, unfreezeEpochs, stageRateFactor, batchNorm } = config;
  const isCached = mode === 'features';
  const onlyHead = freezeBelow === 'head' || (isCached && freezeBelow === undefined);
  const points = [
    { value: '', title: isCached ? 'all but the last layer' : 'nothing: every layer learns' },
    ...stages.map((stage, i) => ({ value: stage, title: `up to ${stage} (stage ${i + 1} of ${stages.length})` })),
    ...(isCached ? [] : [{ value: 'head', title: 'all but the last layer' }]),
  ];
  return (
    <fieldset>
      <legend>What stays as it is</legend>
      <div className="form-grid">
        <Select
          label="Frozen"
          value={freezeBelow ?? ''}
          options={points}
          onChange={(next) => onChange({ freezeBelow: next === '' ? undefined : next })}
          hint={
            isCached
              ? 'Run once, its results kept in memory: no augmentation. The earlier the stage, the more memory and time.'
              : 'Early stages see edges and texture, which most images share. Fewer cases: freeze more.'
          }
        />
        {onlyHead ? null : (
          <NumberField
            label="Rate of each earlier stage"
            value={stageRateFactor}
            minimum={0.01}
            maximum={1}
            step={0.1}
            onChange={(next) => onChange({ stageRateFactor: next })}
            hint="Share of the rate of the stage after it, so that what is known changes slowly. 1: all alike; 0.4 is usual."
          />
        )}
        {onlyHead || isCached ? null : (
          <NumberField
            label="One more stage learns every"
            unit="epochs"
            value={unfreezeEpochs}
            minimum={0}
            onChange={(next) => (Number.isInteger(next) ? onChange({ unfreezeEpochs: next }) : undefined)}
            hint="Begins with the last layer. 0: all learn from the start."
          />
        )}
        {onlyHead ? null : (
          <div className="field">
            <Switch
              label="Keep the normalisation"
              isOn={batchNorm.frozen}
              onChange={(frozen) => onChange({ batchNorm: { ...batchNorm, frozen } })}
            />
            <p className="field-hint">Small batches give poor statistics; those of the model are kept.</p>
          </div>
        )}
        <div className="field">
          <Switch
            label="Measure its statistics anew"
            isOn={batchNorm.reestimated}
            onChange={(reestimated) => onChange({ batchNorm: { ...batchNorm, reestimated } })}
          />
          <p className="field-hint">
            On your training pictures, before the first step: they may look unlike the model's.
          </p>
        </div>
      </div>
    </fieldset>
  );
}
