import type { ReactNode } from 'react';
import type { Augmentation } from '../../../main/contract/augmentation.ts';
import { Card } from '../../components/Card.tsx';
import { formatPercent } from '../../components/format.ts';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';

interface AugmentationFieldsProps {
  readonly augmentation: Augmentation;
  readonly reason: string | undefined;
  readonly onChange: (augmentation: Augmentation) => void;
}

/** Changes of the training pictures that do not change the answer. */
export function AugmentationFields({ augmentation, reason, onChange }: AugmentationFieldsProps): ReactNode {
  const change = (part: Partial<Augmentation>): void => onChange({ ...augmentation, ...part });
  return (
    <Card title="Augmentation">
      <div className="form-grid">
        <Switch
          label="Mirror left to right"
          isOn={augmentation.flipHorizontal}
          onChange={(flipHorizontal) => change({ flipHorizontal })}
        />
        <Switch
          label="Mirror top to bottom"
          isOn={augmentation.flipVertical}
          onChange={(flipVertical) => change({ flipVertical })}
        />
        <Slider
          label="Shift"
          value={augmentation.shift}
          maximum={0.3}
          format={(value) => formatPercent(value)}
          onChange={(shift) => change({ shift })}
        />
        <Slider
          label="Turn"
          value={augmentation.rotationDegrees}
          maximum={180}
          step={1}
          format={(value) => `${value}°`}
          onChange={(rotationDegrees) => change({ rotationDegrees })}
        />
        <Slider
          label="Brightness and contrast"
          value={augmentation.intensity}
          maximum={0.5}
          format={(value) => formatPercent(value)}
          onChange={(intensity) => change({ intensity })}
        />
      </div>
      {reason ? <p className="field-hint plan-note">{reason}</p> : null}
    </Card>
  );
}
