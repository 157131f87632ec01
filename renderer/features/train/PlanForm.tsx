import type { ReactNode } from 'react';
import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Card } from '../../components/Card.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { ArchitectureField } from './ArchitectureField.tsx';
import { AdvancedCard } from './advanced/AdvancedCard.tsx';
import { AugmentationCard } from './augmentation/AugmentationCard.tsx';
import { HeadField } from './HeadField.tsx';
import { PlanChoices } from './PlanChoices.tsx';
import { PoolingField } from './PoolingField.tsx';
import type { PlanChanges } from './plannedConfig.ts';
import { RateFinder } from './rate/RateFinder.tsx';

interface PlanFormProps {
  readonly plan: TrainingPlan;
  readonly config: TrainingConfig;
  readonly changes: PlanChanges;
  /** No training could start as configured. */
  readonly isBlocked: boolean;
  readonly onChange: (changes: PlanChanges) => void;
  readonly onResetAdvanced: () => void;
}

const modes = [
  { value: 'scratch', title: 'from scratch, all layers' },
  { value: 'fine-tune', title: 'go on from a model' },
  { value: 'features', title: 'freeze a base, train what follows it' },
] as const;

/** The plan, choice by choice; the proposal's reason stands under each until it is changed. */
export function PlanForm(props: PlanFormProps): ReactNode {
  const { plan, config, changes, isBlocked, onChange, onResetAdvanced } = props;
  const architectures = useQueryOf('training.architectures', {}).data?.architectures ?? [];
  const models = useQueryOf('models.list', {}).data?.models ?? [];
  const reason = (key: keyof PlanChanges): string | undefined =>
    key in changes ? 'Changed by you.' : plan.reasons[key];
  const startingPoints = [
    ...(config.mode === 'fine-tune'
      ? [{ value: 'none', title: 'choose a model ...' }]
      : [{ value: 'random', title: 'random weights' }]),
    ...models.map(({ id, name, architecture }) => ({ value: id, title: `${name} (${architecture})` })),
  ];
  const started = models.find(({ id }) => id === config.backbone)?.architecture ?? config.architecture;
  const stages = architectures.find(({ id }) => id === started)?.stages ?? [];
  /** Another network has other stages. */
  const unfrozen = config.freezeBelow === undefined ? {} : { freezeBelow: undefined };
  const whole = (key: 'epochs' | 'batchSize' | 'patience') => (value: number) => {
    if (Number.isInteger(value)) onChange({ [key]: value });
  };
  return (
    <form className="stack" aria-label="Plan" onSubmit={(event) => event.preventDefault()}>
      <PlanChoices plan={plan} config={config} changes={changes} />
      <Card title="Network">
        <div className="form-grid">
          <ArchitectureField
            config={config}
            reason={reason('architecture')}
            onChange={(architecture) => onChange({ architecture, ...unfrozen })}
          />
          <Select
            label="Way of training"
            value={config.mode}
            options={modes}
            onChange={(mode) => onChange({ mode, backbone: mode === 'features' ? 'random' : 'none', ...unfrozen })}
            hint={reason('mode')}
          />
          {config.mode === 'scratch' ? null : (
            <Select
              label={config.mode === 'features' ? 'Base to freeze' : 'Model to start from'}
              value={config.backbone}
              options={startingPoints}
              onChange={(backbone) => onChange({ backbone, ...unfrozen })}
              hint="It must never have seen the patients of this dataset's test part; that is checked."
            />
          )}
          <PoolingField config={config} reason={reason('pooling')} onChange={(pooling) => onChange({ pooling })} />
          {config.mode === 'features' ? (
            <HeadField head={config.head} snapshotId={config.snapshot} onChange={(head) => onChange({ head })} />
          ) : null}
        </div>
      </Card>
      {config.head === 'dense' ? null : (
        <p className="dim">
          This head is fitted in one go: of the choices below only class weights, seed and device matter.
        </p>
      )}
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
          <NumberField
            label="Time limit"
            unit="min"
            value={config.timeLimitMinutes ?? 0}
            minimum={0}
            hint="0: none. The best weights until then are kept."
            onChange={(minutes) => onChange({ timeLimitMinutes: minutes > 0 ? minutes : undefined })}
          />
          {config.head === 'dense' ? (
            <RateFinder config={config} isBlocked={isBlocked} onUse={(learningRate) => onChange({ learningRate })} />
          ) : null}
        </div>
      </Card>
      <AugmentationCard
        snapshotId={config.snapshot}
        augmentation={config.augmentation}
        reason={'augmentation' in changes ? undefined : plan.reasons.augmentation}
        isUsed={config.mode !== 'features'}
        onChange={(augmentation) => onChange({ augmentation })}
      />
      <AdvancedCard
        proposed={plan.config}
        config={config}
        stages={stages}
        classWeightsReason={reason('classWeights')}
        onChange={onChange}
        onReset={onResetAdvanced}
      />
    </form>
  );
}
