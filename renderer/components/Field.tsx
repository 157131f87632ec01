import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  /** Why, or what it means, under the control. */
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Gets the id to put on the control. */
  readonly children: (id: string) => ReactNode;
}

/** A control with its label above and its explanation below. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : hint ? (
        <p className="field-hint">{hint}</p>
      ) : null}
    </div>
  );
}
