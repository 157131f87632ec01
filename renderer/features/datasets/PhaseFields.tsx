import type { ReactNode } from 'react';
import { type PhaseRule, phaseWords } from '../../../main/contract/caseShape.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { TextField } from '../../components/TextField.tsx';

/** The triphasic liver CT, as most series descriptions name it. */
export const triphasic: readonly PhaseRule[] = [
  { name: 'native', words: ['native', 'nativ', 'unenhanced', 'plain'] },
  { name: 'arterial', words: ['arterial', 'arteriell'] },
  { name: 'portal', words: ['portal', 'venous', 'venös'] },
];

interface PhaseFieldsProps {
  readonly phases: readonly PhaseRule[];
  readonly onChange: (phases: PhaseRule[]) => void;
}

const most = 6;

/** Which series of a study are the channels of a case, and by what each is recognised. */
export function PhaseFields({ phases, onChange }: PhaseFieldsProps): ReactNode {
  const replace = (at: number, rule: PhaseRule): void => onChange(phases.map((each, i) => (i === at ? rule : each)));
  const changeWords = (at: number, rule: PhaseRule, text: string): void => {
    const { words: _, ...rest } = rule;
    const words = text.split(',').map((word) => word.trimStart());
    replace(at, words.some((word) => word.trim()) ? { ...rest, words } : rest);
  };
  const changeOrder = (at: number, rule: PhaseRule, order: number): void => {
    const { order: _, ...rest } = rule;
    replace(at, order >= 1 ? { ...rest, order } : rest);
  };
  return (
    <fieldset className="phase-fields">
      <legend>Series of the study, as channels in this order</legend>
      {phases.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place in the list
        <div key={i} className="phase-row">
          <TextField label={`Channel ${i + 1}`} value={rule.name} onChange={(name) => replace(i, { ...rule, name })} />
          <TextField
            label={`Words ${i + 1}`}
            value={(rule.words ?? []).join(', ')}
            placeholder="any of these words in the series description"
            onChange={(text) => changeWords(i, rule, text)}
          />
          <NumberField
            label={`Order ${i + 1}`}
            value={rule.order ?? 0}
            minimum={0}
            maximum={20}
            onChange={(order) => Number.isInteger(order) && changeOrder(i, rule, order)}
          />
          <IconButton
            icon="close"
            label={`Remove channel ${i + 1}`}
            disabled={phases.length <= 2}
            onClick={() => onChange(phases.filter((_, at) => at !== i))}
          />
          <p className="dim">{phaseWords(rule)}</p>
        </div>
      ))}
      <div className="row">
        <Button
          icon="plus"
          disabled={phases.length >= most}
          onClick={() => onChange([...phases, { name: `channel ${phases.length + 1}`, order: phases.length + 1 }])}
        >
          Add a channel
        </Button>
      </div>
      <p className="dim">
        A series fits by any of the words in its description. Order counts those that fit by acquisition time; 0: the
        one with most images. Each is resampled to the place of the labelled image; studies that lack one are left out.
      </p>
    </fieldset>
  );
}
