import type { FrameRef, StackDetail } from '../../main/contract/images.ts';
import { dot, type Orientation, planeNormal, type Vector3 } from '../../main/domain/geometry.ts';
import type { ViewportController } from './viewportController.ts';

/** Where a viewport is in its stack. */
export interface StackPlace {
  readonly stack: StackDetail;
  readonly index: number;
}

/** Slices whose normals agree this well are scrolled together. */
const parallelCosine = Math.cos((15 * Math.PI) / 180);

/**
 * The frame of `target` that belongs to where `source` is now. In one frame of reference: the nearest position in the
 * patient. Otherwise, and without geometry: as far from where both were when they were linked, in mm where both stacks
 * have positions, else in images. Undefined for planes of one patient space that are not parallel.
 */
export function linkedIndex(
  source: { readonly now: StackPlace; readonly linkedAt: number },
  target: { readonly now: StackPlace; readonly linkedAt: number },
): number | undefined {
  const { stack, index } = source.now;
  const [from, to] = [stack.frames[index], target.now.stack.frames[target.now.index]];
  if (!from || !to) return undefined;
  const [normalFrom, normalTo] = [normalOf(from), normalOf(to)];
  const isSameSpace =
    stack.frameOfReferenceUid !== undefined && stack.frameOfReferenceUid === target.now.stack.frameOfReferenceUid;
  const cosine = normalFrom && normalTo ? dot(normalFrom, normalTo) : undefined;
  if (cosine !== undefined && Math.abs(cosine) < parallelCosine) return undefined;
  if (isSameSpace && normalTo && from.position) {
    const mm = dot(from.position, normalTo);
    return nearest(target.now.stack, (frame) => frame.position && dot(frame.position, normalTo), mm, timeFor(from, to));
  }
  const [start, linkedTo] = [stack.frames[source.linkedAt], target.now.stack.frames[target.linkedAt]];
  const moved = difference(start?.slicePositionMm, from.slicePositionMm);
  if (cosine !== undefined && moved !== undefined && linkedTo?.slicePositionMm !== undefined) {
    const mm = linkedTo.slicePositionMm + moved * Math.sign(cosine);
    return nearest(target.now.stack, (frame) => frame.slicePositionMm, mm, timeFor(from, to));
  }
  const last = target.now.stack.frames.length - 1;
  return Math.min(last, Math.max(0, target.linkedAt + index - source.linkedAt));
}

const normalOf = (frame: FrameRef): Vector3 | undefined =>
  frame.orientation?.length === 6 ? planeNormal(frame.orientation as unknown as Orientation) : undefined;

const difference = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from;

/** Two time series go through time together; a still stack leaves the other one's time alone. */
const timeFor = (from: FrameRef, to: FrameRef): number | undefined => (from.timeIndex ? from.timeIndex : to.timeIndex);

function nearest(
  stack: StackDetail,
  positionOf: (frame: FrameRef) => number | undefined,
  mm: number,
  time: number | undefined,
): number | undefined {
  let best: { index: number; distance: number; isAtTime: boolean } | undefined;
  stack.frames.forEach((frame, index) => {
    const position = positionOf(frame);
    if (position === undefined) return;
    const distance = Math.abs(position - mm);
    const isAtTime = frame.timeIndex === time;
    const isCloser = !best || distance < best.distance - 1e-3;
    if (isCloser || (best && distance < best.distance + 1e-3 && isAtTime && !best.isAtTime))
      best = { index, distance, isAtTime };
  });
  return best?.index;
}

/** Lets viewports scroll together until the returned function is called. */
export function linkViewports(controllers: readonly ViewportController[]): () => void {
  const linkedAt = new Map<ViewportController, { stackId: string; index: number }>();
  const before = new Map<ViewportController, number>();
  let isFollowing = false;
  const takeBearings = (): void => {
    for (const controller of controllers) {
      const { stack, index } = controller.get();
      if (stack) linkedAt.set(controller, { stackId: stack.stackId, index });
      else linkedAt.delete(controller);
      before.set(controller, index);
    }
  };
  const hasNewStack = (): boolean =>
    controllers.some((controller) => linkedAt.get(controller)?.stackId !== controller.get().stack?.stackId);
  const follow = (leader: ViewportController): void => {
    if (isFollowing) return;
    if (hasNewStack()) takeBearings();
    const { stack, index } = leader.get();
    if (!stack || before.get(leader) === index) return;
    before.set(leader, index);
    isFollowing = true;
    for (const controller of controllers) {
      const other = controller.get();
      if (controller === leader || !other.stack) continue;
      const wanted = linkedIndex(
        { now: { stack, index }, linkedAt: linkedAt.get(leader)?.index ?? index },
        { now: { stack: other.stack, index: other.index }, linkedAt: linkedAt.get(controller)?.index ?? other.index },
      );
      if (wanted !== undefined && wanted !== other.index) controller.scrollTo(wanted);
      before.set(controller, controller.get().index);
    }
    isFollowing = false;
  };
  takeBearings();
  const ends = controllers.map((controller) => controller.subscribe(() => follow(controller)));
  return () => {
    for (const end of ends) end();
  };
}
