import type { ReactNode } from 'react';
import { Select } from '../../components/Select.tsx';

export interface ShownInput {
  readonly size: number;
  readonly channels: 1 | 3;
  readonly classes: number;
  readonly batchSize: number;
}

interface FieldsProps {
  readonly input: ShownInput;
  /** A model's channels and classes are its own. */
  readonly isModel: boolean;
  readonly onChange: (change: Partial<ShownInput>) => void;
}

const withOwn = (values: readonly number[], own: number): { value: string; title: string }[] =>
  [...new Set([...values, own])].sort((a, b) => a - b).map((value) => ({ value: String(value), title: String(value) }));

/** For what images the network is drawn. */
export function NetworkInputFields({ input, isModel, onChange }: FieldsProps): ReactNode {
  const { size, channels, classes, batchSize } = input;
  return (
    <div className="network-fields">
      <Select
        label="Image side (px)"
        value={String(size)}
        options={withOwn([32, 48, 64, 96, 128, 160, 192, 224, 256, 299, 384, 512], size)}
        onChange={(value) => onChange({ size: Number(value) })}
      />
      {isModel ? null : (
        <>
          <Select
            label="Channels"
            value={String(channels)}
            options={[
              { value: '1', title: '1, grey' },
              { value: '3', title: '3, colour or phases' },
            ]}
            onChange={(value) => onChange({ channels: value === '3' ? 3 : 1 })}
          />
          <Select
            label="Classes"
            value={String(classes)}
            options={withOwn([2, 3, 4, 5, 10, 14, 100, 1000], classes)}
            onChange={(value) => onChange({ classes: Number(value) })}
          />
        </>
      )}
      <Select
        label="Images in a batch"
        value={String(batchSize)}
        options={withOwn([1, 4, 8, 16, 32, 64], batchSize)}
        onChange={(value) => onChange({ batchSize: Number(value) })}
      />
    </div>
  );
}
