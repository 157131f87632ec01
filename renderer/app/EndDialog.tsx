import type { ReactNode } from 'react';
import { useCommand } from '../client/hooks.ts';
import { hasEnded, useJobs } from '../client/jobs.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { formatAmount } from '../components/format.ts';

/** Ends the program from the page. With work under way it asks: let it go on, or write checkpoints and stop. */
export function EndDialog({ onClose, onEnded }: { onClose: () => void; onEnded: () => void }): ReactNode {
  const running = useJobs().filter((job) => !hasEnded(job));
  const shutdown = useCommand('system.shutdown');
  const end = async (): Promise<void> => {
    if (await shutdown.run({ jobs: 'checkpoint-and-stop' })) onEnded();
  };
  const isBusy = running.length > 0;
  const footer = (
    <>
      <Button onClick={onClose}>{isBusy ? 'Go on in the background' : 'Cancel'}</Button>
      <Button tone={isBusy ? 'danger' : 'primary'} isBusy={shutdown.isRunning} onClick={() => void end()}>
        {isBusy ? 'Write checkpoints and stop' : 'End Groundglass'}
      </Button>
    </>
  );
  return (
    <Dialog title="End Groundglass?" onClose={onClose} footer={footer} width="small">
      {isBusy ? (
        <p>
          {formatAmount(running.length, 'job is', 'jobs are')} under way: {running.map((job) => job.title).join(', ')}.
          You may close this window and leave the work to go on, or stop it now: a training writes a checkpoint and can
          be resumed.
        </p>
      ) : (
        <p>Every label is saved. The workspace is closed; start Groundglass again to come back.</p>
      )}
    </Dialog>
  );
}
