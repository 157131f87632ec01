import type { Job } from '../../contract/jobs.ts';
import { AppError, type ErrorCode, errorCodes } from '../../domain/errors.ts';
import type { CoreConnection } from '../connection.ts';
import type { CommandContext } from './command.ts';
import { duration, type Output } from './output.ts';

/** Events tell at once; asking again now and then covers whatever was announced before we listened. */
const askAgainMs = 2_000;

/** The job's result when it is done; throws its error when it failed, `cancelled` when it was cancelled. */
export async function followJob(core: CoreConnection, jobId: string, output: Output): Promise<unknown> {
  const job = await endOf(core, jobId, (running) => output.progress(progressLine(running), progressText(running)));
  if (job.status === 'done') return job.result;
  if (job.status === 'failed') throw new AppError(codeOf(job), job.error?.message ?? 'The job failed.');
  throw new AppError('cancelled', 'The job was cancelled.');
}

/** As `followJob`; when the command is stopped, a job in a core that goes on after us is cancelled. */
export function finishJob(core: CoreConnection, jobId: string, context: CommandContext): Promise<unknown> {
  context.onStop({}, async () => {
    if (context.isAttached()) await core.client['jobs.cancel']({ jobId });
  });
  return followJob(core, jobId, context.output);
}

/** The job once nothing runs any more: done, failed, cancelled, or paused by somebody. */
export function endOf(core: CoreConnection, jobId: string, onProgress: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    let lastShown = '';
    const stop = (): void => {
      stopListening();
      clearInterval(timer);
    };
    const look = (job: Job): void => {
      if (job.id !== jobId) return;
      const shown = JSON.stringify(job.progress);
      if (shown !== lastShown && job.status === 'running') onProgress(job);
      lastShown = shown;
      if (job.status === 'queued' || job.status === 'running') return;
      stop();
      resolve(job);
    };
    const ask = (): void => {
      core.client['jobs.get']({ jobId }).then(look, (error: Error) => {
        stop();
        reject(error);
      });
    };
    const stopListening = core.on('jobs.changed', look);
    const timer = setInterval(ask, askAgainMs);
    ask();
  });
}

const codeOf = (job: Job): ErrorCode => errorCodes.find((code) => code === job.error?.code) ?? 'internal';

const progressLine = ({ progress }: Job): object => ({
  progress: {
    fraction: progress.fraction ?? null,
    message: progress.message,
    eta_seconds: progress.etaSeconds ?? null,
  },
});

function progressText({ title, progress }: Job): string {
  const percent = progress.fraction === undefined ? '' : ` ${Math.round(progress.fraction * 100)} %`;
  const left = progress.etaSeconds === undefined ? '' : `, ${duration(progress.etaSeconds)} left`;
  return `${title}:${percent} ${progress.message}${left}`;
}
