import type { ReactNode } from 'react';
import type { HeadKind } from '../../../main/contract/training.ts';
import { Select } from '../../components/Select.tsx';

const kinds: readonly { readonly value: HeadKind; readonly title: string; readonly hint: string }[] = [
  {
    value: 'dense',
    title: 'dense layer, trained by epochs',
    hint: 'Learns on the deepest features; its curves can be watched.',
  },
  {
    value: 'logistic',
    title: 'logistic regression',
    hint: 'Fitted at once on the features of four depths; C is chosen on validation. Heat maps work.',
  },
  {
    value: 'svm',
    title: 'linear SVM',
    hint: 'Fitted at once on the features of four depths; its scores are calibrated on validation. Heat maps work.',
  },
  {
    value: 'forest',
    title: 'random forest',
    hint: 'Fitted at once on the features of four depths. There is no heat map of it.',
  },
  {
    value: 'knn',
    title: 'nearest neighbours',
    hint: 'Remembers the training cases and asks the most similar ones. There is no heat map of it.',
  },
];

export const headTitle = (head: HeadKind): string => kinds.find(({ value }) => value === head)?.title ?? head;

/** What reads the features of a frozen base. */
export function HeadField({ head, onChange }: { head: HeadKind; onChange: (head: HeadKind) => void }): ReactNode {
  return (
    <Select
      label="Head on the features"
      value={head}
      options={kinds.map(({ value, title }) => ({ value, title }))}
      onChange={onChange}
      hint={kinds.find(({ value }) => value === head)?.hint}
    />
  );
}
