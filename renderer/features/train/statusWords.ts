import type { RunStatus, RunSummary as RunSummarySchema } from '../../../main/contract/training.ts';

export type RunSummary = ReturnType<typeof RunSummarySchema.parse>;

type Tone = 'neutral' | 'ok' | 'warn' | 'bad' | 'accent';

const words: Readonly<Record<RunStatus, readonly [text: string, tone: Tone]>> = {
  queued: ['waiting', 'neutral'],
  running: ['training', 'accent'],
  paused: ['paused', 'warn'],
  finished: ['finished', 'ok'],
  stopped: ['stopped, best kept', 'ok'],
  failed: ['failed', 'bad'],
  interrupted: ['interrupted', 'warn'],
};

export const statusText = (status: RunStatus): string => words[status][0];
export const statusTone = (status: RunStatus): Tone => words[status][1];

/**
 * Whether going on makes sense. A finished training has nothing left to do; one that failed before its first epoch was
 * over would fail in the same way again.
 */
export function canResume(status: RunStatus, epochsDone: number): boolean {
  if (status === 'failed') return epochsDone > 0;
  return status === 'paused' || status === 'stopped' || status === 'interrupted';
}

const modeTexts: Readonly<Record<string, string>> = {
  scratch: 'from scratch',
  'fine-tune': 'fine-tuned',
  features: 'on a frozen base',
};

export const modeText = (mode: string): string => modeTexts[mode] ?? mode;
