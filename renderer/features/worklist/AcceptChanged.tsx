import { type ReactNode, useState } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useCommand } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { Button } from '../../components/Button.tsx';
import { formatAmount } from '../../components/format.ts';
import { TextField } from '../../components/TextField.tsx';

/** Files that were changed on purpose: their new content is taken only with a reason, which is kept with the change. */
export function AcceptChanged({ seriesInstanceUid }: Pick<WorklistRow, 'seriesInstanceUid'>): ReactNode {
  const [reason, setReason] = useState<string>();
  const accept = useCommand('imports.acceptChanged');
  if (reason === undefined)
    return (
      <Button tone="quiet" icon="check" onClick={() => setReason('')}>
        Accept the new content…
      </Button>
    );
  const go = async (): Promise<void> => {
    const result = await accept.run({ series: [seriesInstanceUid], reason: reason.trim() });
    if (!result) return;
    setReason(undefined);
    const { accepted, predictionsRemoved, rejected } = result;
    const parts = [
      `The new content of ${formatAmount(accepted, 'file')} is used from now on.`,
      predictionsRemoved > 0 ? `${formatAmount(predictionsRemoved, 'prediction')} on the former pixels removed.` : '',
      rejected[0] ? `${formatAmount(rejected.length, 'file')} not accepted: ${rejected[0].message}` : '',
    ];
    notify({ tone: rejected.length > 0 ? 'warn' : 'ok', text: parts.filter(Boolean).join(' ') });
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <p className="dim">
        Only if these files were changed on purpose. Labels stay where they are, on the new pixels; predictions on the
        former pixels are removed; datasets made before keep the former ones.
      </p>
      <TextField label="Why were the files changed?" value={reason} onChange={setReason} autoFocus />
      <div className="row">
        <Button type="submit" tone="primary" disabled={!reason.trim()} isBusy={accept.isRunning}>
          Accept
        </Button>
        <Button tone="quiet" onClick={() => setReason(undefined)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
