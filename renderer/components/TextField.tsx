import type { InputHTMLAttributes, ReactNode } from 'react';
import { Field } from './Field.tsx';

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

export function TextField({ label, value, onChange, hint, error, ...rest }: TextFieldProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(id) => (
        <input
          {...rest}
          id={id}
          className="input"
          value={value}
          aria-invalid={error ? true : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
