import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { LabelDefinition, Scope } from '../../../main/contract/labels.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Card } from '../../components/Card.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { AlsoFields } from './AlsoFields.tsx';
import { PartitionFields } from './PartitionFields.tsx';
import { PictureFields } from './PictureFields.tsx';
import { unitsFor } from './recipeDefaults.ts';
import { SliceFields } from './SliceFields.tsx';

interface RecipeFormProps {
  readonly recipe: DatasetRecipe;
  readonly targets: readonly LabelDefinition[];
  readonly target: LabelDefinition;
  readonly onChange: (recipe: DatasetRecipe) => void;
  readonly onChooseTarget: (target: LabelDefinition) => void;
}

/** Questions that can be labels of one network: about whole images, with two answers. */
const isBinary = ({ values, scope }: LabelDefinition): boolean => values.length === 2 && scope !== 'lesion';

/** Every choice of a recipe, in the order in which one thinks about it. */
export function RecipeForm({ recipe, targets, target, onChange, onChooseTarget }: RecipeFormProps): ReactNode {
  const readers = useQueryOf('readers.list', {});
  const change = (part: Partial<DatasetRecipe>): void => onChange({ ...recipe, ...part });
  const unit = recipe.unit ?? target.scope;
  const positive = recipe.positive ?? target.positiveValue ?? target.values.at(-1)?.value ?? '';
  const chooseUnit = (next: Scope): void => {
    const { cropMm: _, slices, ...rest } = recipe;
    const { slices: __, ...whole } = recipe;
    if (next === 'lesion') onChange({ ...whole, unit: next });
    else if (slices && next !== 'image') onChange({ ...rest, slices, unit: next });
    else onChange({ ...rest, unit: next, frame: target.scope === 'lesion' ? 'largest-lesion' : recipe.frame });
  };
  const chooseTask = (task: DatasetRecipe['task']): void => {
    const { positive: _, ...rest } = recipe;
    onChange({ ...rest, task });
  };
  const companions = isBinary(target)
    ? targets.filter((each) => each.id !== target.id && each.scope === target.scope && isBinary(each))
    : [];
  const chooseReader = (reader: string): void => {
    const { reader: _, ...rest } = recipe;
    onChange(reader ? { ...rest, reader } : rest);
  };
  return (
    <form className="stack recipe-form" aria-label="Recipe" onSubmit={(event) => event.preventDefault()}>
      <Card title="What to learn">
        <div className="form-grid">
          <div className="is-wide">
            <Select
              label="Target"
              value={target.id}
              options={targets.map(({ id, name, scope, number }) => ({
                value: id,
                title: `${name} (${number ? `a number${number.unit ? ` in ${number.unit}` : ''}` : 'one answer'} per ${scope})`,
              }))}
              onChange={(id) => {
                const next = targets.find((each) => each.id === id);
                if (next) onChooseTarget(next);
              }}
            />
          </div>
          <Select
            label="One case is"
            value={unit}
            options={unitsFor(target.scope).map((scope) => ({ value: scope, title: `one ${scope}` }))}
            onChange={chooseUnit}
          />
          {target.values.length > 2 ? (
            <Select
              label="The answers are"
              value={recipe.task}
              options={[
                { value: 'classification', title: 'classes' },
                { value: 'ordinal', title: 'grades in order' },
              ]}
              onChange={chooseTask}
              hint={
                recipe.task === 'ordinal'
                  ? `${target.values.map(({ value }) => value).join(' < ')}. If that is not the order, change it under Settings, Label protocol.`
                  : undefined
              }
            />
          ) : null}
          {companions.length > 0 ? (
            <div className="is-wide">
              <AlsoFields recipe={recipe} companions={companions} onChange={onChange} />
            </div>
          ) : null}
          {recipe.task !== 'classification' ? null : (
            <Select
              label="Positive class"
              value={positive}
              options={target.values.map(({ value }) => ({ value, title: value }))}
              onChange={(value) => change({ positive: value })}
            />
          )}
          <Select
            label="Truth"
            value={recipe.reader ?? ''}
            options={[
              { value: '', title: target.number ? 'the mean of all readers' : 'what all readers agree on' },
              ...(readers.data?.readers ?? []).map(({ name }) => ({ value: name, title: `${name} alone` })),
            ]}
            onChange={chooseReader}
          />
          {unit === 'series' || unit === 'study' ? (
            <SliceFields recipe={recipe} unit={unit} hasLesions={target.scope === 'lesion'} onChange={onChange} />
          ) : null}
        </div>
      </Card>
      <Card title="Who goes where">
        <div className="form-grid">
          <PartitionFields recipe={recipe} onChange={change} />
          <NumberField
            label="Seed"
            value={recipe.seed}
            minimum={0}
            onChange={(seed) => Number.isInteger(seed) && change({ seed })}
          />
        </div>
      </Card>
      <PictureFields recipe={recipe} unit={unit} onChange={onChange} />
    </form>
  );
}
