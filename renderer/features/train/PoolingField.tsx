import type { ReactNode } from 'react';
import { poolingWords, SlicePooling } from '../../../main/contract/caseShape.ts';
import type { TrainingConfig } from '../../../main/contract/training.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Select } from '../../components/Select.tsx';

interface PoolingFieldProps {
  readonly config: TrainingConfig;
  readonly reason: string | undefined;
  readonly onChange: (pooling: SlicePooling) => void;
}

/** How the slices of a case become one answer; nothing where a case is one picture. */
export function PoolingField({ config, reason, onChange }: PoolingFieldProps): ReactNode {
  const snapshot = useQueryOf('datasets.list', {}).data?.snapshots.find(({ id }) => id === config.snapshot);
  if (snapshot?.slices === undefined) return null;
  const isFitted = config.mode === 'features' && config.head !== 'dense';
  const offered = SlicePooling.options.filter((value) => value !== 'attention' || !isFitted);
  return (
    <Select
      label={`The ${snapshot.slices} slices of a case`}
      value={config.pooling ?? 'mean'}
      options={offered.map((value) => ({ value, title: poolingWords[value] }))}
      onChange={onChange}
      hint={isFitted ? 'Attention is learned by epochs: it needs the dense head.' : reason}
    />
  );
}
