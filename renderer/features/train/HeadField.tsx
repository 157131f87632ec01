import type { ReactNode } from 'react';
import { taskGap } from '../../../main/contract/training/taskGap.ts';
import type { HeadKind } from '../../../main/contract/training.ts';
import { useQueryOf } from '../../client/hooks.ts';
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

interface HeadFieldProps {
  readonly head: HeadKind;
  /** Whose task decides which heads there are. */
  readonly snapshotId: string;
  readonly onChange: (head: HeadKind) => void;
}

/** What reads the features of a frozen base. */
export function HeadField({ head, snapshotId, onChange }: HeadFieldProps): ReactNode {
  const snapshot = useQueryOf('datasets.list', {}).data?.snapshots.find(({ id }) => id === snapshotId);
  const loss = { kind: 'cross-entropy', smoothing: 0 } as const;
  const offered = kinds.filter(({ value }) => taskGap({ loss, head: value }, snapshot?.task) === undefined);
  return (
    <Select
      label="Head on the features"
      value={head}
      options={offered.map(({ value, title }) => ({ value, title }))}
      onChange={onChange}
      hint={kinds.find(({ value }) => value === head)?.hint}
    />
  );
}
