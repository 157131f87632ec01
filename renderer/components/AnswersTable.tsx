import type { ReactNode } from 'react';
import type { LabelDefinition } from '../../main/contract/labels.ts';
import { labelColour } from '../../main/domain/labelColours.ts';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';

type Value = LabelDefinition['values'][number];

interface AnswersTableProps {
  readonly values: readonly Value[];
  readonly onChange: (values: readonly Value[]) => void;
  readonly onMoveUp: (at: number) => void;
}

/** The answers of a question in order, each with its colour and key. */
export function AnswersTable({ values, onChange, onMoveUp }: AnswersTableProps): ReactNode {
  const change = (at: number, next: Partial<Value>): void =>
    onChange(values.map((value, i) => (i === at ? { ...value, ...next } : value)));
  const add = (): void =>
    onChange([...values, { value: '', colour: labelColour(values.length), key: String((values.length + 1) % 10) }]);
  return (
    <>
      <table className="value-table" aria-label="Answers">
        <thead>
          <tr>
            <th scope="col">Answer</th>
            <th scope="col">Colour</th>
            <th scope="col">Key</th>
            <th />
            <th />
          </tr>
        </thead>
        <tbody>
          {values.map((value, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: answers are told apart by their place while they are typed
            <tr key={i}>
              <td>
                <input
                  className="input"
                  aria-label={`Answer ${i + 1}`}
                  value={value.value}
                  maxLength={100}
                  onChange={(event) => change(i, { value: event.target.value })}
                />
              </td>
              <td>
                <input
                  className="input"
                  type="color"
                  aria-label={`Colour of answer ${i + 1}`}
                  value={value.colour}
                  onChange={(event) => change(i, { colour: event.target.value })}
                />
              </td>
              <td>
                <input
                  className="input"
                  aria-label={`Key of answer ${i + 1}`}
                  value={value.key ?? ''}
                  maxLength={1}
                  size={2}
                  inputMode="numeric"
                  onChange={(event) => change(i, { key: event.target.value.replace(/\D/g, '') })}
                />
              </td>
              <td>
                <IconButton
                  icon="chevronUp"
                  label={`Move answer ${i + 1} up`}
                  disabled={i === 0}
                  onClick={() => onMoveUp(i)}
                />
              </td>
              <td>
                <IconButton
                  icon="close"
                  label={`Take answer ${i + 1} away`}
                  disabled={values.length <= 1}
                  onClick={() => onChange(values.filter((_, other) => other !== i))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button icon="plus" onClick={add} disabled={values.length >= 10}>
          Add an answer
        </Button>
      </div>
    </>
  );
}
