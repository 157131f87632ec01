import { type ReactNode, useEffect, useState } from 'react';
import { Field } from './Field.tsx';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
}

/** Reports a number whenever what is typed is one within bounds; else says what is wrong and reports nothing. */
export function NumberField(props: NumberFieldProps): ReactNode {
  const { label, value, onChange, minimum = -Infinity, maximum = Infinity, step = 1, unit, hint } = props;
  const [text, setText] = useState(String(value));
  useEffect(() => setText((shown) => (Number(shown) === value ? shown : String(value))), [value]);
  const number = Number(text);
  const isValid = text.trim() !== '' && Number.isFinite(number) && number >= minimum && number <= maximum;
  const bounds = `a number${Number.isFinite(minimum) ? ` from ${minimum}` : ''}${Number.isFinite(maximum) ? ` to ${maximum}` : ''}`;
  const change = (next: string): void => {
    setText(next);
    const parsed = Number(next);
    if (next.trim() !== '' && Number.isFinite(parsed) && parsed >= minimum && parsed <= maximum) onChange(parsed);
  };
  return (
    <Field label={unit ? `${label} (${unit})` : label} hint={hint} error={isValid ? undefined : `Needs ${bounds}.`}>
      {(id) => (
        <input
          id={id}
          className="input"
          type="number"
          inputMode="decimal"
          step={step}
          min={Number.isFinite(minimum) ? minimum : undefined}
          max={Number.isFinite(maximum) ? maximum : undefined}
          value={text}
          disabled={props.isDisabled}
          aria-invalid={isValid ? undefined : true}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}
