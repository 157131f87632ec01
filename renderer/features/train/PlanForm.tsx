import type { ReactNode } from 'react';
import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Card } from '../../components/Card.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { ArchitectureField } from './ArchitectureField.tsx';
import { AugmentationCard } from './augmentation/AugmentationCard.tsx';
import { OptimizerFields } from './OptimizerFields.tsx';
import type { PlanChanges } from './plannedConfig.ts';

interface PlanFormProps {
  readonly plan: TrainingPlan;
  readonly config: TrainingConfig;
  readonly changes: PlanChanges;
  readonly onChange: (changes: PlanChanges) => void;
}

const modes = [
  { value: 'scratch', title: 'from scratch, all layers' },
  { value: 'fine-tune', title: 'go on from a model, all layers' },
  { value: 'features', title: 'freeze a base, train only the head' },
] as const;

/** The plan, choice by choice; the proposal's reason stands under each until it is changed. */
export function PlanForm({ plan, config, changes, onChange }: PlanFormProps): ReactNode {
  const models = useQueryOf('models.list', {}).data?.models ?? [];
  const reason = (key: keyof PlanChanges): string | undefined =>
    key in changes ? 'Changed by you.' : plan.reasons[key];
  const startingPoints = [
    ...(config.mode === 'fine-tune'
      ? [{ value: 'none', title: 'choose a model ...' }]
      : [{ value: 'random', title: 'random weights' }]),
    ...models.map(({ id, name, architecture }) => ({ value: id, title: `${name} (${architecture})` })),
  ];
  const whole = (key: 'epochs' | 'batchSize' | 'patience' | 'seed') => (value: number) => {
    if (Number.isInteger(value)) onChange({ [key]: value });
  };
  return (
    <form className="stack" aria-label="Plan" onSubmit={(event) => event.preventDefault()}>
      <Card title="Network">
        <div className="form-grid">
          <ArchitectureField
            config={config}
            reason={reason('architecture')}
            onChange={(architecture) => onChange({ architecture })}
          />
          <Select
            label="Way of training"
            value={config.mode}
            options={modes}
            onChange={(mode) => onChange({ mode, backbone: mode === 'features' ? 'random' : 'none' })}
            hint={reason('mode')}
          />
          {config.mode === 'scratch' ? null : (
            <Select
              label={config.mode === 'features' ? 'Base to freeze' : 'Model to start from'}
              value={config.backbone}
              options={startingPoints}
              onChange={(backbone) => onChange({ backbone })}
              hint="It must never have seen the patients of this dataset's test part; that is checked."
            />
          )}
        </div>
      </Card>
      <Card title="Learning">
        <div className="form-grid">
          <NumberField
            label="Epochs, at most"
            value={config.epochs}
            minimum={1}
            maximum={10_000}
            onChange={whole('epochs')}
            hint={reason('epochs')}
          />
          <NumberField
            label="Patience"
            unit="epochs"
            value={config.patience}
            minimum={1}
            onChange={whole('patience')}
            hint={reason('patience')}
          />
          <NumberField
            label="Cases per batch"
            value={config.batchSize}
            minimum={1}
            maximum={1024}
            onChange={whole('batchSize')}
            hint={reason('batchSize')}
          />
          <NumberField
            label="Learning rate"
            value={config.learningRate}
            minimum={1e-9}
            maximum={10}
            step={1e-4}
            onChange={(learningRate) => onChange({ learningRate })}
            hint={reason('learningRate')}
          />
          <Select
            label="Learning rate over time"
            value={config.schedule}
            options={[
              { value: 'cosine', title: 'falls along a cosine' },
              { value: 'constant', title: 'stays the same' },
            ]}
            onChange={(schedule) => onChange({ schedule })}
            hint={reason('schedule')}
          />
          <OptimizerFields optimizer={config.optimizer} onChange={(optimizer) => onChange({ optimizer })} />
          <div className="field">
            <Switch
              label="Each class counts the same"
              isOn={config.classWeights !== false}
              onChange={(classWeights) => onChange({ classWeights })}
            />
            <p className="field-hint">{reason('classWeights')}</p>
          </div>
          <NumberField
            label="Seed"
            value={config.seed}
            minimum={0}
            onChange={whole('seed')}
            hint="The same seed gives the same weights, bit for bit."
          />
          <NumberField
            label="Time limit"
            unit="min"
            value={config.timeLimitMinutes ?? 0}
            minimum={0}
            hint="0: none. The best weights until then are kept."
            onChange={(minutes) => onChange({ timeLimitMinutes: minutes > 0 ? minutes : undefined })}
          />
        </div>
      </Card>
      <AugmentationCard
        snapshotId={config.snapshot}
        augmentation={config.augmentation}
        reason={'augmentation' in changes ? undefined : plan.reasons.augmentation}
        isUsed={config.mode !== 'features'}
        onChange={(augmentation) => onChange({ augmentation })}
      />
    </form>
  );
}
