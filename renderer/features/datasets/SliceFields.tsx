import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { Scope } from '../../../main/contract/labels.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';

interface SliceFieldsProps {
  readonly recipe: DatasetRecipe;
  readonly unit: Scope;
  /** Lesions are outlined for this question. */
  readonly hasLesions: boolean;
  readonly onChange: (recipe: DatasetRecipe) => void;
}

const usualSlices = 8;

/** Which images stand for a series or study: one of them, or several slices together. */
export function SliceFields({ recipe, unit, hasLesions, onChange }: SliceFieldsProps): ReactNode {
  const { slices, ...rest } = recipe;
  const choose = (value: string): void => {
    if (value === 'series' || value === 'lesion')
      onChange({ ...rest, slices: { count: slices?.count ?? usualSlices, extent: value } });
    else onChange({ ...rest, frame: value === 'largest-lesion' ? value : 'middle' });
  };
  return (
    <>
      <div className="is-wide">
        <Select
          label={`What stands for a ${unit}`}
          value={slices?.extent ?? recipe.frame}
          options={[
            { value: 'middle', title: 'its middle image' },
            { value: 'largest-lesion', title: 'the image with the largest lesion' },
            { value: 'series', title: 'several slices, evenly over the series' },
            ...(hasLesions ? [{ value: 'lesion', title: 'several slices of the outlined lesion' }] : []),
          ]}
          onChange={choose}
          hint={slices ? 'The network looks at each slice and weighs what it sees.' : undefined}
        />
      </div>
      {slices ? (
        <NumberField
          label="Slices of a case"
          value={slices.count}
          minimum={2}
          maximum={64}
          onChange={(count) => Number.isInteger(count) && onChange({ ...rest, slices: { ...slices, count } })}
          hint="Time and memory grow with them. Where a series has fewer, the rest stays empty."
        />
      ) : null}
    </>
  );
}
