import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Field } from '../../components/Field.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { TextField } from '../../components/TextField.tsx';

type Partition = DatasetRecipe['partition'];
type Way = 'split' | 'folds' | 'repeated' | 'nested' | 'leave-out' | 'file';

interface PartitionFieldsProps {
  readonly recipe: DatasetRecipe;
  readonly onChange: (part: Pick<DatasetRecipe, 'partition'>) => void;
}

const ways: readonly { readonly value: Way; readonly title: string }[] = [
  { value: 'split', title: 'one split' },
  { value: 'folds', title: 'folds (cross-validation)' },
  { value: 'repeated', title: 'folds, dealt out several times' },
  { value: 'nested', title: 'nested folds' },
  { value: 'leave-out', title: 'one site left out in turn' },
  { value: 'file', title: 'a split file' },
];

const firstOf: Readonly<Record<Way, Partition>> = {
  split: { kind: 'split', train: 0.7, val: 0.15, test: 0.15 },
  folds: { kind: 'folds', folds: 5 },
  repeated: { kind: 'folds', folds: 5, repeats: 3 },
  nested: { kind: 'folds', folds: 5, inner: 3 },
  'leave-out': { kind: 'leave-out', by: '' },
  file: { kind: 'file', path: '' },
};

function wayOf(partition: Partition): Way {
  if (partition.kind !== 'folds') return partition.kind;
  if (partition.inner !== undefined) return 'nested';
  return partition.repeats === undefined ? 'folds' : 'repeated';
}

const percent = (fraction: number): number => Math.round(fraction * 100);

/** How patients are dealt out; the test part is what the others leave. */
export function PartitionFields({ recipe, onChange }: PartitionFieldsProps): ReactNode {
  const { partition, target } = recipe;
  const change = (next: Partition): void => onChange({ partition: next });
  return (
    <>
      <Select
        label="Patients are dealt out as"
        value={wayOf(partition)}
        options={ways}
        onChange={(way) => change(firstOf[way])}
      />
      {partition.kind === 'split' ? <ShareFields partition={partition} onChange={change} /> : null}
      {partition.kind === 'folds' ? <FoldFields partition={partition} onChange={change} /> : null}
      {partition.kind === 'leave-out' ? <SiteField target={target} by={partition.by} onChange={change} /> : null}
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

interface FieldsOf<K extends Partition['kind']> {
  readonly partition: Extract<Partition, { kind: K }>;
  readonly onChange: (next: Partition) => void;
}

function ShareFields({ partition, onChange }: FieldsOf<'split'>): ReactNode {
  const changeShare = (part: 'train' | 'val', share: number): void => {
    const train = part === 'train' ? share : percent(partition.train);
    const val = part === 'val' ? share : percent(partition.val);
    onChange({ kind: 'split', train: train / 100, val: val / 100, test: Math.max(0, 100 - train - val) / 100 });
  };
  return (
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
  );
}

function costWords({ folds, repeats, inner }: FieldsOf<'folds'>['partition']): string {
  if (inner !== undefined)
    return `${folds * inner} trainings. Settings are chosen on all patients outside a fold, never on the fold itself.`;
  if (repeats !== undefined)
    return `${folds * repeats} trainings. The spread between repeats shows how much the dealing matters.`;
  return 'Every case is tested once; training takes as many times longer.';
}

function FoldFields({ partition, onChange }: FieldsOf<'folds'>): ReactNode {
  const { repeats, inner } = partition;
  const whole = (key: 'folds' | 'repeats' | 'inner') => (value: number) => {
    if (Number.isInteger(value)) onChange({ ...partition, [key]: value });
  };
  return (
    <>
      <NumberField
        label="Folds"
        value={partition.folds}
        minimum={2}
        maximum={20}
        onChange={whole('folds')}
        hint={costWords(partition)}
      />
      {repeats === undefined ? null : (
        <NumberField label="Times dealt out" value={repeats} minimum={2} maximum={20} onChange={whole('repeats')} />
      )}
      {inner === undefined ? null : (
        <NumberField
          label="Validation parts inside each fold"
          value={inner}
          minimum={2}
          maximum={10}
          onChange={whole('inner')}
        />
      )}
    </>
  );
}

interface SiteFieldProps {
  readonly target: string;
  readonly by: string;
  readonly onChange: (next: Partition) => void;
}

const headerColumns: Readonly<Record<string, string>> = {
  manufacturer: 'manufacturer of the device',
  scanner: 'manufacturer and model of the device',
};

function SiteField({ target, by, onChange }: SiteFieldProps): ReactNode {
  const { data } = useQueryOf('datasets.sites', { target });
  if (!data) return <p className="dim">Looking for sites ...</p>;
  if (data.columns.length === 0)
    return (
      <p className="dim">
        Nothing tells sites apart: import the images with a column such as “site” in the metadata table, with 2 to 20
        different values.
      </p>
    );
  const missing = data.columns.find(({ name }) => name === by)?.missing ?? 0;
  return (
    <Select
      label="A site is known by"
      value={by}
      options={[
        { value: '', title: 'choose ...' },
        ...data.columns.map(({ name, values }) => ({
          value: name,
          title: `${headerColumns[name] ?? name} (${values})`,
        })),
      ]}
      onChange={(name) => onChange({ kind: 'leave-out', by: name })}
      hint={
        missing > 0
          ? `${missing} images have no value there and are left out.`
          : 'Tests whether a network works where it was not trained.'
      }
    />
  );
}
