import { type ReactNode, useState } from 'react';
import type { LabelDefinition, NumberScale, Scope } from '../../main/contract/labels.ts';
import { labelColour } from '../../main/domain/labelColours.ts';
import { AnswersTable } from './AnswersTable.tsx';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { NumberScaleFields } from './NumberScaleFields.tsx';
import { Select } from './Select.tsx';
import { TextField } from './TextField.tsx';

export type DefinitionDraft = Omit<LabelDefinition, 'id'> & { id?: string };
type Value = LabelDefinition['values'][number];

interface DefinitionEditorProps {
  /** Absent: a new one. */
  readonly definition?: LabelDefinition;
  /** Of the series on screen: what a new question is likely to be about. */
  readonly modality?: string | undefined;
  readonly isBusy: boolean;
  readonly onSave: (draft: DefinitionDraft) => void;
  readonly onClose: () => void;
}

const scopes: readonly { value: Scope; title: string }[] = [
  { value: 'series', title: 'A series as a whole' },
  { value: 'study', title: 'A study as a whole' },
  { value: 'image', title: 'Each single image' },
  { value: 'lesion', title: 'A lesion drawn on the image' },
];

const answerKinds = [
  { value: 'values', title: 'one of several' },
  { value: 'number', title: 'a number' },
] as const;

const newScale: NumberScale = { unit: '', minimum: 0, maximum: 100 };

const newValues: readonly Value[] = [
  { value: 'no', colour: labelColour(0), key: '1' },
  { value: 'yes', colour: labelColour(1), key: '2' },
];

/** A question for the readers: what it is about, and its answers in order with colours and keys, or unit and range of a number. */
export function DefinitionEditor({ definition, modality, isBusy, onSave, onClose }: DefinitionEditorProps): ReactNode {
  const [name, setName] = useState(definition?.name ?? '');
  const [scope, setScope] = useState<Scope>(definition?.scope ?? 'series');
  const [values, setValues] = useState<readonly Value[]>(
    definition && !definition.number ? definition.values : newValues,
  );
  const [number, setNumber] = useState<NumberScale | undefined>(definition?.number);
  const [positive, setPositive] = useState(definition?.positiveValue ?? '');
  const [modalities, setModalities] = useState(definition?.modalities.join(', ') ?? '');
  const given = values.map(({ value }) => value.trim());
  const keys = values.flatMap(({ key }) => key ?? []);
  const problem = nameProblem(name) ?? (number ? scaleProblem(number) : answersProblem(given, keys));
  /** One place up. Who was positive as the last one stays so. */
  const moveUp = (at: number): void => {
    if (!given.includes(positive)) setPositive(given.at(-1) ?? '');
    const [above, here] = [values[at - 1], values[at]];
    if (above && here) setValues(values.with(at - 1, here).with(at, above));
  };
  const save = (): void =>
    onSave({
      ...(definition ? { id: definition.id } : {}),
      name: name.trim(),
      scope,
      ...(number
        ? { values: [], number: { ...number, unit: number.unit.trim() } }
        : {
            values: values.map(({ value, colour, key }) => ({ value: value.trim(), colour, ...(key ? { key } : {}) })),
            ...(positive && given.includes(positive) ? { positiveValue: positive } : {}),
          }),
      modalities: modalitiesOf(modalities),
      isRetired: definition?.isRetired ?? false,
    });
  return (
    <Dialog
      title={definition ? `Change “${definition.name}”` : 'New question'}
      onClose={onClose}
      footer={
        <>
          <p className="dim dialog-note">{problem}</p>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={problem !== undefined} isBusy={isBusy} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <div className="stack">
        <TextField label="Question" value={name} onChange={setName} placeholder="Pneumonia" maxLength={100} autoFocus />
        <Select
          label="What it is about"
          value={scope}
          options={scopes}
          onChange={setScope}
          isDisabled={definition !== undefined}
          hint={definition ? 'This cannot change once there is a question.' : undefined}
        />
        <TextField
          label="Modalities it is asked about"
          value={modalities}
          onChange={setModalities}
          placeholder={modality ? `any, or for example ${modality}` : 'any, or for example CT, MR'}
          maxLength={200}
          hint="Empty: every series. Otherwise series of other modalities are not asked, and do not count as unread."
        />
        <Select
          label="The answer is"
          value={number ? 'number' : 'values'}
          options={answerKinds}
          onChange={(kind) => setNumber(kind === 'number' ? newScale : undefined)}
          isDisabled={definition !== undefined}
        />
        {number ? (
          <NumberScaleFields scale={number} onChange={setNumber} />
        ) : (
          <>
            <AnswersTable values={values} onChange={setValues} onMoveUp={moveUp} />
            <Select
              label="Positive answer (for sensitivity, AUROC)"
              value={given.includes(positive) ? positive : ''}
              options={[
                { value: '', title: `the last: ${given.at(-1) || '…'}` },
                ...given.filter(Boolean).map((value) => ({ value, title: value })),
              ]}
              onChange={setPositive}
            />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** DICOM's codes are upper case letters and digits (PS3.3 C.7.3.1.1.1). */
const modalitiesOf = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[^A-Z0-9_]+/)
    .filter(Boolean);

const nameProblem = (name: string): string | undefined => (name.trim() ? undefined : 'The question needs a name.');

const scaleProblem = ({ minimum, maximum }: NumberScale): string | undefined =>
  minimum < maximum ? undefined : 'The range goes from less to more.';

function answersProblem(values: readonly string[], keys: readonly string[]): string | undefined {
  if (values.some((value) => !value)) return 'Every answer needs a name.';
  if (new Set(values).size < values.length) return 'Two answers have the same name.';
  return new Set(keys).size < keys.length ? 'Two answers have the same key.' : undefined;
}
