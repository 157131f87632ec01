import type { ReactNode } from 'react';
import type { Job as JobSchema } from '../../../main/contract/jobs.ts';
import type { RunDetail } from '../../../main/contract/training.ts';
import { formatDuration } from '../../components/format.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import type { RunStep } from './useRunStep.ts';

interface RunProgressProps {
  readonly run: RunDetail;
  readonly job: ReturnType<typeof JobSchema.parse> | undefined;
  readonly step: RunStep | undefined;
}

/** Where the training is: the epoch, the step in it, and how long it will still take. */
export function RunProgress({ run, job, step }: RunProgressProps): ReactNode {
  const { config, summary, epochs } = run;
  const last = epochs.at(-1);
  const epoch = step?.epoch ?? Math.min(config.epochs, (last?.epoch ?? 0) + 1);
  const fold = step?.fold ?? last?.fold;
  const seconds = step?.etaSeconds ?? job?.progress.etaSeconds ?? last?.etaSeconds;
  return (
    <section className="run-progress" aria-label="Progress">
      <p>
        {summary.folds ? (
          <span>
            fold <strong>{fold ?? 1}</strong> of {summary.folds}
          </span>
        ) : null}
        {config.head === 'dense' ? (
          <span>
            epoch <strong>{epoch}</strong> of {config.epochs}
          </span>
        ) : null}
        {step ? (
          <span className="dim">
            step {step.step} of {step.steps}, loss {step.loss.toFixed(3)}
          </span>
        ) : (
          <span className="dim">{job?.progress.message || 'starting'}</span>
        )}
        <span className="run-left">{seconds === undefined ? '' : `at most ${formatDuration(seconds)} left`}</span>
      </p>
      <ProgressBar label="Whole training" fraction={job?.progress.fraction} />
      {config.head === 'dense' ? (
        <div className="run-step-bar">
          <ProgressBar label="This epoch" fraction={step ? step.step / step.steps : 0} />
        </div>
      ) : null}
    </section>
  );
}
