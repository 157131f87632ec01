import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import { Field } from '../../components/Field.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { TextField } from '../../components/TextField.tsx';

interface PartitionFieldsProps {
  readonly recipe: DatasetRecipe;
  readonly onChange: (part: Pick<DatasetRecipe, 'partition'>) => void;
}

const kinds = [
  { value: 'split', title: 'one split' },
  { value: 'folds', title: 'folds (cross-validation)' },
  { value: 'file', title: 'a split file' },
] as const;

const firstOf = {
  split: { kind: 'split', train: 0.7, val: 0.15, test: 0.15 },
  folds: { kind: 'folds', folds: 5 },
  file: { kind: 'file', path: '' },
} as const satisfies Record<string, DatasetRecipe['partition']>;

const percent = (fraction: number): number => Math.round(fraction * 100);

/** How patients are dealt out; the test part is what the others leave. */
export function PartitionFields({ recipe, onChange }: PartitionFieldsProps): ReactNode {
  const { partition } = recipe;
  const change = (next: DatasetRecipe['partition']): void => onChange({ partition: next });
  const changeShare = (part: 'train' | 'val', share: number): void => {
    if (partition.kind !== 'split') return;
    const train = part === 'train' ? share : percent(partition.train);
    const val = part === 'val' ? share : percent(partition.val);
    change({ kind: 'split', train: train / 100, val: val / 100, test: Math.max(0, 100 - train - val) / 100 });
  };
  return (
    <>
      <Select
        label="Patients are dealt out as"
        value={partition.kind}
        options={kinds}
        onChange={(kind) => change(firstOf[kind])}
      />
      {partition.kind === 'split' ? (
        <div className="share-fields">
          <NumberField
            label="Training"
            unit="%"
            value={percent(partition.train)}
            minimum={1}
            maximum={98}
            onChange={(share) => changeShare('train', Math.round(share))}
          />
          <NumberField
            label="Validation"
            unit="%"
            value={percent(partition.val)}
            minimum={1}
            maximum={98}
            onChange={(share) => changeShare('val', Math.round(share))}
          />
          <Field label="Test (%)">
            {(id) => (
              <output id={id} className="share-rest" aria-label="Test (%)">
                {percent(partition.test)}
              </output>
            )}
          </Field>
        </div>
      ) : null}
      {partition.kind === 'folds' ? (
        <NumberField
          label="Folds"
          value={partition.folds}
          minimum={2}
          maximum={20}
          onChange={(folds) => Number.isInteger(folds) && change({ kind: 'folds', folds })}
          hint="Every case is tested once; training takes as many times longer."
        />
      ) : null}
      {partition.kind === 'file' ? (
        <TextField
          label="Path of the split file"
          value={partition.path}
          spellCheck={false}
          placeholder="/data/split.csv"
          hint="A CSV table with the columns patient_id and split (train, val or test)."
          onChange={(path) => change({ kind: 'file', path })}
        />
      ) : null}
    </>
  );
}
