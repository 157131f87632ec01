import type { augmentationMethods } from '../../contract/augmentationPreview.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import { readSnapshotIndex } from '../../learning/dataset/openSnapshot.ts';
import { previewAugmentation } from '../../learning/training/augmentation/previewAugmentation.ts';
import type { AppContext } from '../context.ts';

export function augmentationHandlers({ store }: AppContext): Pick<AppHandlers, keyof typeof augmentationMethods> {
  return {
    'augmentation.preview': ({ snapshotId, caseIndex, ...request }) => {
      const found = store.runs.snapshot(snapshotId);
      if (!found) throw new AppError('not-found', 'There is no such dataset in this workspace.');
      const wanted = caseIndex === undefined ? request : { ...request, caseIndex };
      return previewAugmentation(readSnapshotIndex(found.summary.path), wanted);
    },
  };
}
