import { useState } from 'react';
import type { EventPayload } from '../../client/connection.ts';
import { useEventOf } from '../../client/hooks.ts';

export type RunStep = EventPayload<'runs.stepEnded'>;

/** The step that ended last in a running training; undefined until one has ended since this page was opened. */
export function useRunStep(runId: string): RunStep | undefined {
  const [step, setStep] = useState<RunStep>();
  useEventOf('runs.stepEnded', (ended) => {
    if (ended.runId === runId) setStep(ended);
  });
  useEventOf('runs.changed', (changed) => {
    if (changed.runId === runId && changed.status !== 'running') setStep(undefined);
  });
  return step;
}
