import type { DataFindingCode } from './imageTypes.ts';

/** What follows from a data finding for looking, measuring and training, where its own sentence does not say it. */
export const findingConsequences: Readonly<Partial<Record<DataFindingCode, string>>> = {
  'irregular-positions': 'No other planes are computed.',
  'duplicate-position':
    'Scrolling meets the same place more than once; parts can be chosen where images differ in time, echo or b-value.',
  'mixed-sizes': 'Each size is a stack of its own.',
  'mixed-orientations': 'Each direction is a stack of its own.',
  'no-position': 'The order follows the image numbers; no planes, no reference lines, no linked scrolling in mm.',
  'burned-in-risk': 'Look for names in the picture before images leave this workspace.',
  'lossy-compressed': 'Fine texture may be gone or invented; the image says so in its corner.',
  'assumed-transfer-syntax': 'If the picture looks like noise, the assumption is wrong.',
  'decoder-warning': 'The image is shown with a mark and left out of training.',
  'unsupported-pixels': 'The image is listed, but neither shown nor used for training.',
  'truncated-pixels': 'The image is listed, but neither shown nor used for training.',
  'invalid-rescale': 'Values are the stored ones; do not trust them as HU.',
  'invalid-window': 'Another window is used.',
  'no-patient-id': 'In a dataset all such files are one patient, in one split.',
  'derived-uid': 'Labels stay with the file in this workspace; other programs know it under no name or another one.',
  'identical-pixels': 'Both stay in one split of a dataset.',
};
