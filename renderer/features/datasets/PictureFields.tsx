import type { ReactNode } from 'react';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { Scope } from '../../../main/contract/labels.ts';
import { Card } from '../../components/Card.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Select } from '../../components/Select.tsx';
import { PhaseFields, triphasic } from './PhaseFields.tsx';
import { minus, windowChoices, windowIdOf } from './windowChoices.ts';

interface PictureFieldsProps {
  readonly recipe: DatasetRecipe;
  readonly unit: Scope;
  readonly onChange: (recipe: DatasetRecipe) => void;
}

const sizes = [32, 48, 64, 96, 128, 160, 192, 224, 256, 384, 512];

/** What of an image goes in, and with which grey values. */
export function PictureFields({ recipe, unit, onChange }: PictureFieldsProps): ReactNode {
  const { window, cropMm, ...rest } = recipe;
  const kept = { ...rest, ...(cropMm === undefined ? {} : { cropMm }), ...(window ? { window } : {}) };
  const chooseWindow = (id: string): void => {
    const { window: _, ...without } = kept;
    const known = windowChoices.find((choice) => choice.id === id);
    if (known) onChange({ ...without, window: { center: known.center, width: known.width } });
    else onChange(id === 'own' ? { ...without, window: { center: 50, width: 350 } } : without);
  };
  const chooseCrop = (kind: string): void => {
    const { cropMm: _, ...without } = kept;
    onChange(kind === 'crop' ? { ...without, cropMm: 50 } : without);
  };
  const chooseChannels = (value: string): void => {
    const { phases: _, ...without } = kept;
    if (value === 'phases') onChange({ ...without, channels: 1, phases: [...triphasic] });
    else onChange({ ...without, channels: value === '3' ? 3 : 1 });
  };
  const windowId = windowIdOf(window);
  return (
    <Card title="The picture the network sees">
      <div className="form-grid">
        {unit === 'lesion' ? (
          <Select
            label="Part of the image"
            value={cropMm === undefined ? 'whole' : 'crop'}
            options={[
              { value: 'crop', title: 'a square around the lesion' },
              { value: 'whole', title: 'the whole image' },
            ]}
            onChange={chooseCrop}
          />
        ) : null}
        {unit === 'lesion' && cropMm !== undefined ? (
          <NumberField
            label="Side of the square"
            unit="mm"
            value={cropMm}
            minimum={5}
            maximum={500}
            onChange={(next) => onChange({ ...kept, cropMm: next })}
          />
        ) : null}
        <Select
          label="Grey values"
          value={windowId}
          options={[
            { value: 'range', title: "each image's own range" },
            ...windowChoices.map(({ id, title }) => ({ value: id, title })),
            { value: 'own', title: 'another window' },
          ]}
          onChange={chooseWindow}
          hint={window ? `centre ${minus(window.center)}, width ${window.width}` : 'Right for MR and radiographs.'}
        />
        {windowId === 'own' && window ? (
          <div className="share-fields">
            <NumberField
              label="Centre"
              value={window.center}
              onChange={(center) => onChange({ ...kept, window: { ...window, center } })}
            />
            <NumberField
              label="Width"
              value={window.width}
              minimum={1}
              onChange={(width) => onChange({ ...kept, window: { ...window, width } })}
            />
          </div>
        ) : null}
        <Select
          label="Size"
          value={String(recipe.size)}
          options={sizes.map((size) => ({ value: String(size), title: `${size} × ${size} px` }))}
          onChange={(size) => onChange({ ...kept, size: Number(size) })}
          hint="Twice the side takes four times as long."
        />
        <Select
          label="Shape"
          value={recipe.resize}
          options={[
            { value: 'fit', title: 'keep it, with black borders' },
            { value: 'stretch', title: 'stretch to a square' },
          ]}
          onChange={(resize) => onChange({ ...kept, resize })}
        />
        <Select
          label="Channels"
          value={recipe.phases ? 'phases' : String(recipe.channels)}
          options={[
            { value: '1', title: 'one, grey' },
            { value: '3', title: 'three, for imported colour networks' },
            { value: 'phases', title: 'several series of a study (phases, echoes)' },
          ]}
          onChange={chooseChannels}
        />
        {recipe.phases ? (
          <div className="is-wide">
            <PhaseFields phases={recipe.phases} onChange={(phases) => onChange({ ...kept, phases })} />
          </div>
        ) : null}
      </div>
    </Card>
  );
}
