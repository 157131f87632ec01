import type { ReactNode } from 'react';
import type { Augmentation } from '../../../../main/contract/augmentation.ts';
import { augmentationGaps, augmentationWarnings } from '../../../../main/contract/augmentationGaps.ts';
import { augmentationPresets, presetOf } from '../../../../main/contract/augmentationPresets.ts';
import { useQueryOf } from '../../../client/hooks.ts';
import { Card } from '../../../components/Card.tsx';
import { Icon } from '../../../components/Icon.tsx';
import { Select } from '../../../components/Select.tsx';
import { AugmentationFields } from './AugmentationFields.tsx';
import { AugmentationPreview } from './AugmentationPreview.tsx';
import './augmentation.css';

interface AugmentationCardProps {
  readonly snapshotId: string;
  readonly augmentation: Augmentation;
  /** Why it was proposed; absent once changed. */
  readonly reason: string | undefined;
  /** A frozen base sees each picture once, as it is. */
  readonly isUsed: boolean;
  readonly onChange: (augmentation: Augmentation) => void;
}

const OWN = 'own';

/** Random changes of the training pictures: a preset, its amounts, and what they do to a case of this dataset. */
export function AugmentationCard(props: AugmentationCardProps): ReactNode {
  const { snapshotId, augmentation, reason, isUsed, onChange } = props;
  const snapshot = useQueryOf('datasets.get', { snapshotId }).data;
  if (!isUsed)
    return (
      <Card title="Augmentation">
        <p className="dim">
          Not in this way of training: the frozen base sees each picture once, as it is, and its features are kept.
        </p>
      </Card>
    );
  const question = snapshot && { ...snapshot.summary, hasWindow: snapshot.recipe.window !== undefined };
  const gaps = question ? augmentationGaps(augmentation, question) : [];
  const warnings = question ? augmentationWarnings(augmentation, question) : [];
  const preset = presetOf(augmentation);
  const options = [
    ...(preset ? [] : [{ value: OWN, title: reason ? 'as proposed for this dataset' : 'your own' }]),
    ...augmentationPresets.map(({ id, title }) => ({ value: id, title })),
  ];
  const choose = (id: string): void => {
    const chosen = augmentationPresets.find((one) => one.id === id);
    if (chosen) onChange(chosen.augmentation);
  };
  const cases = snapshot?.cases.flatMap(({ index, split }) => (['val', 'test'].includes(split) ? [] : [index])) ?? [];
  return (
    <Card title="Augmentation" className="augmentation-card">
      <div className="augmentation">
        <div className="stack">
          <Select
            label="Preset"
            value={preset?.id ?? OWN}
            options={options}
            onChange={choose}
            hint={reason ?? preset?.reason ?? 'Amounts are the ends of a range; each picture draws its own.'}
          />
          {[...gaps, ...warnings].map((text, i) => (
            <p key={text} className={i < gaps.length ? 'augmentation-gap' : 'augmentation-warning'} role="alert">
              <Icon name="warning" size={16} />
              <span>{text}</span>
            </p>
          ))}
          <AugmentationFields
            augmentation={augmentation}
            hasWindow={question?.hasWindow ?? true}
            onChange={(part) => onChange({ ...augmentation, ...part })}
          />
        </div>
        <AugmentationPreview snapshotId={snapshotId} augmentation={augmentation} cases={cases} />
      </div>
    </Card>
  );
}
