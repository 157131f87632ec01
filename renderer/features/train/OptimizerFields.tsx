import type { ReactNode } from 'react';
import { Optimizer } from '../../../main/contract/training/optimizer.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';

interface OptimizerFieldsProps {
  readonly optimizer: Optimizer;
  readonly onChange: (optimizer: Optimizer) => void;
}

/** Adam or SGD, and the pull of the weights towards zero. */
export function OptimizerFields({ optimizer, onChange }: OptimizerFieldsProps): ReactNode {
  const { kind, weightDecay } = optimizer;
  const choose = (next: Optimizer['kind']): void => onChange(Optimizer.parse({ kind: next, weightDecay }));
  return (
    <>
      <Select
        label="Optimizer"
        value={kind}
        options={[
          { value: 'adam', title: 'Adam' },
          { value: 'sgd', title: 'SGD with momentum' },
        ]}
        onChange={choose}
      />
      {optimizer.kind === 'sgd' ? (
        <NumberField
          label="Momentum"
          value={optimizer.momentum}
          minimum={0}
          maximum={1}
          step={0.05}
          onChange={(momentum) => onChange({ ...optimizer, momentum })}
        />
      ) : null}
      <NumberField
        label="Weight decay"
        value={weightDecay}
        minimum={0}
        maximum={1}
        step={1e-4}
        onChange={(next) => onChange({ ...optimizer, weightDecay: next })}
      />
    </>
  );
}
