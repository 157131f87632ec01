import type { ReactNode } from 'react';
import type { NumberScale } from '../../main/contract/labels.ts';
import { NumberField } from './NumberField.tsx';
import { TextField } from './TextField.tsx';

interface NumberScaleFieldsProps {
  readonly scale: NumberScale;
  readonly onChange: (scale: NumberScale) => void;
}

/** Unit and range of a question whose answer is a number. */
export function NumberScaleFields({ scale, onChange }: NumberScaleFieldsProps): ReactNode {
  return (
    <div className="scale-fields">
      <TextField
        label="Unit"
        value={scale.unit}
        onChange={(unit) => onChange({ ...scale, unit })}
        placeholder="mm, mL, months"
        maxLength={20}
        hint="Empty for a score."
      />
      <NumberField
        label="Least"
        value={scale.minimum}
        step={0.1}
        onChange={(minimum) => onChange({ ...scale, minimum })}
      />
      <NumberField
        label="Most"
        value={scale.maximum}
        step={0.1}
        onChange={(maximum) => onChange({ ...scale, maximum })}
        hint="Outside: refused as a slip of the hand."
      />
    </div>
  );
}
