import type { FrameRef, StackDetail } from '../../main/contract/images.ts';

/** One part of a stack (a time, an echo, a b-value) as a stack of its own; the whole stack without a part. */
export function partOf(stack: StackDetail, part: number | undefined): StackDetail {
  const chosen = part === undefined ? undefined : stack.parts[part];
  if (!chosen) return stack;
  const frames = chosen.frames.flatMap((i) => stack.frames[i] ?? []);
  const isComplete = frames.length === stack.positions;
  return {
    ...stack,
    stackId: chosen.partId,
    title: chosen.title,
    frames,
    parts: [],
    framesPerPosition: 1,
    // Where images are missing the slices of the part do not lie on the grid of the stack.
    ...(isComplete ? {} : { positions: frames.length, affine: undefined, evenGrid: undefined }),
  };
}

/** Whether a stack is one time, echo or b-value of another. */
export const isPart = ({ stackId }: StackDetail): boolean => /#\d+\/\d+$/.test(stackId);

/** Whether two stacks show the same body at the same places: parts of one stack, or a part and the whole. */
export const isSameStack = (a: StackDetail, b: StackDetail): boolean => wholeOf(a) === wholeOf(b);

const wholeOf = ({ stackId }: StackDetail): string => stackId.split('/')[0] ?? stackId;

/** The frame of a stack nearest to where another frame lies. */
export function nearestFrame(stack: StackDetail, to: FrameRef | undefined): number {
  const at = to?.slicePositionMm;
  if (at === undefined) return 0;
  const away = (i: number): number => Math.abs((stack.frames[i]?.slicePositionMm ?? Number.POSITIVE_INFINITY) - at);
  return stack.frames.reduce((best, _, i) => (away(i) < away(best) ? i : best), 0);
}
