import type { ReactNode } from 'react';
import type { TrainingConfig } from '../../../main/contract/training.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { formatBytes, formatCount } from '../../components/format.ts';
import { formatRoute } from '../../components/navigation.ts';
import { Select } from '../../components/Select.tsx';

interface ArchitectureFieldProps {
  readonly config: TrainingConfig;
  readonly reason: string | undefined;
  readonly onChange: (architecture: TrainingConfig['architecture']) => void;
}

/** The choice of the network: what each costs with this dataset's pictures, what it is for, and a look inside. */
export function ArchitectureField({ config, reason, onChange }: ArchitectureFieldProps): ReactNode {
  const summary = useQueryOf('datasets.get', { snapshotId: config.snapshot }).data?.summary;
  const input = {
    size: summary?.size ?? 128,
    channels: summary?.channels === 3 ? (3 as const) : (1 as const),
    classes: Math.max(2, summary?.classes.length ?? 2),
    batchSize: config.batchSize,
  };
  const listed = useQueryOf('networks.list', input, {
    enabled: summary !== undefined,
    keepPrevious: true,
    staleTimeMs: Infinity,
  });
  const networks = listed.data?.networks ?? [];
  const chosen = networks.find(({ id }) => id === config.architecture);
  const options = networks.map(({ id, title, parameters, trainingBytes, refusal }) => ({
    value: id,
    title: refusal
      ? `${title}: ${refusal}`
      : `${title}, ${formatCount(parameters)} weights, ${formatBytes(trainingBytes)} to train`,
  }));
  const { size, channels, classes, batchSize } = input;
  const inside = formatRoute('network', [config.architecture], {
    ...{ size: String(size), channels: String(channels), classes: String(classes), batch: String(batchSize) },
  });
  return (
    <Select
      label="Architecture"
      value={config.architecture}
      options={options.length > 0 ? options : [{ value: config.architecture, title: 'loading ...' }]}
      onChange={onChange}
      hint={
        <>
          {chosen?.description} {reason} <a href={inside}>Look inside</a>
        </>
      }
    />
  );
}
