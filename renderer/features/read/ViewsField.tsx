import type { ReactNode } from 'react';
import { viewCount, viewGaps, viewPresets } from '../../../main/contract/testTimeAugmentation.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Select } from '../../components/Select.tsx';

interface ViewsFieldProps {
  readonly modelId: string;
  /** An id of `viewPresets`. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** How often the model looks at a picture before it says something; ways it has not learned are not offered. */
export function ViewsField({ modelId, value, onChange }: ViewsFieldProps): ReactNode {
  const card = useQueryOf('models.get', { modelId }).data?.card;
  const gapOf = ({ views }: (typeof viewPresets)[number]): string | undefined =>
    views && card ? viewGaps(views, card, card.augmentation)[0] : undefined;
  const offered = viewPresets.filter((preset) => gapOf(preset) === undefined);
  const chosen = offered.find(({ id }) => id === value);
  return (
    <Select
      label="Views of the picture"
      value={chosen?.id ?? 'none'}
      options={offered.map(({ id, title, views }) => ({
        value: id,
        title: views ? `${title}: mean of ${viewCount(views)}` : title,
      }))}
      onChange={onChange}
      hint={chosen?.views ? `${chosen.reason} The heat map explains the picture as it is.` : undefined}
    />
  );
}
