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

/** Whether the last checkpoint can be gone on from. A finished training has nothing left to do. */
export const canResume = (status: RunStatus): boolean =>
  status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'failed';

const modeTexts: Readonly<Record<string, string>> = {
  scratch: 'from scratch',
  'fine-tune': 'fine-tuned',
  features: 'head on a frozen base',
};

export const modeText = (mode: string): string => modeTexts[mode] ?? mode;
