import type { ReactNode } from 'react';
import { Field } from './Field.tsx';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly title: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly SelectOption<T>[];
  readonly onChange: (value: T) => void;
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
  /** The label is read out but not shown. */
  readonly isLabelHidden?: boolean;
}

export function Select<T extends string>(props: SelectProps<T>): ReactNode {
  const { label, value, options, onChange, hint, isDisabled, isLabelHidden } = props;
  const control = (id?: string): ReactNode => (
    <select
      id={id}
      className="input select"
      aria-label={isLabelHidden ? label : undefined}
      value={value}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.value as T)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>
  );
  if (isLabelHidden) return control();
  return (
    <Field label={label} hint={hint}>
      {control}
    </Field>
  );
}
