import type { ReactNode } from 'react';
import type { Augmentation } from '../../../../main/contract/augmentation.ts';
import { Slider } from '../../../components/Slider.tsx';
import { Switch } from '../../../components/Switch.tsx';
import { settingGroups } from './augmentationSettings.ts';

interface AugmentationFieldsProps {
  readonly augmentation: Augmentation;
  /** Whether the dataset was made with a window; without one there is none to narrow. */
  readonly hasWindow: boolean;
  readonly onChange: (part: Partial<Augmentation>) => void;
}

/** Every change by its amount; those that depend on another appear with it. */
export function AugmentationFields({ augmentation, hasWindow, onChange }: AugmentationFieldsProps): ReactNode {
  return (
    <div className="augmentation-fields">
      {settingGroups.map(({ title, settings }, group) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          {group === 0 ? (
            <>
              <Switch
                label="Mirror left to right"
                isOn={augmentation.flipHorizontal}
                onChange={(flipHorizontal) => onChange({ flipHorizontal })}
              />
              <Switch
                label="Mirror top to bottom"
                isOn={augmentation.flipVertical}
                onChange={(flipVertical) => onChange({ flipVertical })}
              />
            </>
          ) : null}
          {settings.map(({ key, of, meaning, ...setting }) => {
            if (of !== undefined && augmentation[of] === 0) return null;
            const isMissing = key === 'window' && !hasWindow;
            return (
              <div
                key={key}
                title={isMissing ? 'This dataset was made without a window, so there is none to narrow.' : meaning}
              >
                <Slider
                  {...setting}
                  {...(isMissing ? { format: () => 'not here' } : {})}
                  isDisabled={isMissing && augmentation.window === 0}
                  value={augmentation[key]}
                  onChange={(value) => onChange({ [key]: value })}
                />
              </div>
            );
          })}
        </fieldset>
      ))}
    </div>
  );
}
