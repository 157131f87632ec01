import type { ReactNode } from 'react';
import { Loss, lossesOf } from '../../../../main/contract/training/loss.ts';
import type { TrainingConfig } from '../../../../main/contract/training.ts';
import { useQueryOf } from '../../../client/hooks.ts';
import { NumberField } from '../../../components/NumberField.tsx';
import { Select } from '../../../components/Select.tsx';
import type { PlanChanges } from '../plannedConfig.ts';

interface LossFieldsProps {
  readonly config: TrainingConfig;
  /** Why the class weights were proposed. */
  readonly reason: string | undefined;
  readonly onChange: (changes: PlanChanges) => void;
}

const lossTitles: Readonly<Record<Loss['kind'], string>> = {
  'cross-entropy': 'cross entropy',
  focal: 'focal: hard cases weigh more',
  binary: 'each label by itself',
  mse: 'squared error',
  huber: 'Huber: large errors weigh less',
};

type ClassChoice = 'classes' | 'effective' | 'cases';
const usualBeta = 0.999;

function classChoice({ classWeights }: TrainingConfig): ClassChoice {
  if (classWeights === true) return 'classes';
  return classWeights === false ? 'cases' : 'effective';
}

const weightsOf: Readonly<Record<ClassChoice, TrainingConfig['classWeights']>> = {
  classes: true,
  effective: { beta: usualBeta },
  cases: false,
};

/** Which cases are shown, and how much each error counts. */
export function LossFields({ config, reason, onChange }: LossFieldsProps): ReactNode {
  const { loss, classWeights, sampling, headDropout } = config;
  const snapshots = useQueryOf('datasets.list', {}).data?.snapshots ?? [];
  const task = snapshots.find(({ id }) => id === config.snapshot)?.task ?? 'classification';
  return (
    <fieldset>
      <legend>What counts</legend>
      <div className="form-grid">
        <Select
          label="Cases of an epoch"
          value={sampling}
          options={[
            { value: 'shuffled', title: 'each case once' },
            { value: 'balanced', title: 'each class equally often' },
            { value: 'by-patient', title: 'each patient equally often' },
          ]}
          onChange={(next) => onChange({ sampling: next, ...(next === 'balanced' ? { classWeights: false } : {}) })}
          hint="By patient: nobody with many images outweighs the others."
        />
        {sampling === 'balanced' ? null : (
          <Select
            label="Class weights"
            value={classChoice(config)}
            options={[
              { value: 'classes', title: 'each class counts the same' },
              { value: 'effective', title: 'rare classes count more, but less so' },
              { value: 'cases', title: 'each case counts the same' },
            ]}
            onChange={(next) => onChange({ classWeights: weightsOf[next] })}
            hint={reason}
          />
        )}
        {typeof classWeights === 'object' ? (
          <NumberField
            label="Beta of the effective number"
            value={classWeights.beta}
            minimum={0.001}
            maximum={0.99999}
            step={0.001}
            onChange={(beta) => onChange({ classWeights: { beta } })}
            hint="Nearer to 1: nearer to each class counting the same."
          />
        ) : null}
        <Select
          label="Loss"
          value={loss.kind}
          options={lossesOf(task).map((value) => ({ value, title: lossTitles[value] }))}
          onChange={(kind) => onChange({ loss: Loss.parse({ ...loss, kind }) })}
          hint={
            task === 'ordinal'
              ? 'Neighbouring grades share the target, so a near miss costs less than a far one.'
              : task === 'regression'
                ? 'What training makes small; the number is learned in standard deviations from its mean.'
                : 'What training makes small. Focal helps where easy cases are many.'
          }
        />
        {loss.kind === 'focal' ? (
          <NumberField
            label="Focus (gamma)"
            value={loss.gamma}
            minimum={1}
            maximum={10}
            step={0.5}
            onChange={(gamma) => onChange({ loss: { ...loss, gamma } })}
            hint="2 is usual."
          />
        ) : null}
        {loss.kind === 'huber' ? (
          <NumberField
            label="Large from, standard deviations"
            value={loss.delta}
            minimum={0.1}
            maximum={10}
            step={0.1}
            onChange={(delta) => onChange({ loss: { ...loss, delta } })}
            hint="Errors beyond it count in proportion only, against answers that are far out."
          />
        ) : null}
        {loss.kind === 'mse' || loss.kind === 'huber' ? null : (
          <NumberField
            label="Label smoothing"
            value={loss.smoothing}
            minimum={0}
            maximum={0.5}
            step={0.05}
            onChange={(smoothing) => onChange({ loss: { ...loss, smoothing } })}
            hint="Allows for labels that are wrong now and then. 0: off; 0.1 is usual."
          />
        )}
        <NumberField
          label="Dropout before the last layer"
          value={headDropout ?? 0}
          minimum={0}
          maximum={0.9}
          step={0.1}
          onChange={(next) => onChange({ headDropout: next > 0 ? next : undefined })}
          hint="Leaves out this share at random, against learning by heart. 0: as the architecture has it."
        />
      </div>
    </fieldset>
  );
}
