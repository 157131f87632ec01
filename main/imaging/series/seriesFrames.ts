import type { FrameFacts, InstanceFacts } from '../../domain/imageTypes.ts';

/** One frame on its way into a stack. */
export interface FrameInSeries {
  readonly instance: InstanceFacts;
  readonly facts: FrameFacts;
}

/** Frames at one place along the normal, in order of InstanceNumber. */
export interface FramesAtPosition {
  readonly positionMm: number;
  readonly frames: readonly FrameInSeries[];
}
