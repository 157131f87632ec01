import type { TrainingConfig } from '../../../contract/training.ts';

/** What a person has decided already. */
export interface PlanWishes {
  readonly architecture?: TrainingConfig['architecture'] | undefined;
  readonly mode?: TrainingConfig['mode'] | undefined;
  /** Model to start from, for fine-tune and features. */
  readonly backbone?: string | undefined;
  /** Feature layers of that model, from the image to the head, where they are known. */
  readonly stages?: readonly string[] | undefined;
}

/** A value and why it was chosen, in a sentence for a radiologist. */
export interface Choice<T> {
  readonly value: T;
  readonly reason: string;
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** `40 s`, `25 min`, `3 h` */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(seconds < 36_000 ? 1 : 0)} h`;
}
