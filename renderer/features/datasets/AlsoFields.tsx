import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { LabelDefinition } from '../../../main/contract/labels.ts';

interface AlsoFieldsProps {
  readonly recipe: DatasetRecipe;
  /** Questions that can be learned together with the target. */
  readonly companions: readonly LabelDefinition[];
  readonly onChange: (recipe: DatasetRecipe) => void;
}

/** The questions that one network learns at once, each yes or no by itself. */
export function AlsoFields({ recipe, companions, onChange }: AlsoFieldsProps): ReactNode {
  const also = recipe.also ?? [];
  const choose = (name: string, isOn: boolean): void => {
    const { also: _, positive: _positive, ...rest } = recipe;
    const next = companions.map((each) => each.name).filter((each) => (each === name ? isOn : also.includes(each)));
    onChange(next.length > 0 ? { ...rest, task: 'multi-label', also: next } : { ...rest, task: 'classification' });
  };
  return (
    <fieldset className="also-fields">
      <legend>Learn at the same time</legend>
      <div className="row">
        {companions.map(({ id, name }) => (
          <label key={id} className="row">
            <input
              type="checkbox"
              checked={also.includes(name)}
              onChange={(event) => choose(name, event.target.checked)}
            />
            {name}
          </label>
        ))}
      </div>
      <p className="field-hint">
        {also.length > 0
          ? 'Several labels: each is yes or no by itself. Cases without an answer to one of them still teach the others.'
          : 'One network can answer several yes-or-no questions about the same images.'}
      </p>
    </fieldset>
  );
}
