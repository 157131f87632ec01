import { AppError } from '../../domain/errors.ts';
import type { Thumbnail } from '../../imaging/thumbnail.ts';
import type { AppContext } from '../context.ts';
import { refuseOtherContent } from './import/checkFiles.ts';
import { stacksOf } from './stacksOf.ts';

/** The middle frame of the longest stack. Errors: `not-found`, `no-pixel-data`, those of decoding. */
export async function thumbnailOf(
  context: AppContext,
  seriesInstanceUid: string,
  sizePx: number,
  signal: AbortSignal,
): Promise<Thumbnail> {
  const stacks = stacksOf(context.store, seriesInstanceUid);
  const longest = stacks.reduce(
    (best, stack) => (stack.frames.length > best.length ? stack.frames : best),
    stacks[0]?.frames ?? [],
  );
  const middle = longest[Math.floor(longest.length / 2)];
  if (!middle) throw new AppError('no-pixel-data', 'The series has no image to show.');
  const instance = context.store.catalogue.instanceBySop(middle.sopInstanceUid);
  if (!instance) throw new AppError('not-found', 'The image is not in this workspace.');
  await refuseOtherContent(context, middle.sopInstanceUid, signal);
  const { address } = instance.facts;
  const request = { address, frameNumber: middle.frameNumber, sizePx };
  return context.imaging.run('thumbnail', request, { signal, priority: 'background' });
}
