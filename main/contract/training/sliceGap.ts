import type { TrainingConfig } from '../training.ts';

/** Why cases of so many slices (undefined: of one picture) cannot be trained on so, in a sentence; undefined where they can. */
export function sliceGap(
  { pooling, head }: Pick<TrainingConfig, 'pooling' | 'head'>,
  slices: number | undefined,
): string | undefined {
  if (pooling !== undefined && slices === undefined)
    return 'A case of this dataset is one picture: there are no slices to pool.';
  if (pooling === 'attention' && head !== 'dense')
    return 'Attention over slices is learned by epochs: choose the dense head, or the mean or maximum over slices.';
  return undefined;
}
