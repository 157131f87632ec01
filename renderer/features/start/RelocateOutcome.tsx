import type { ReactNode } from 'react';
import type { RelocateResult } from '../../../main/contract/imports.ts';
import { formatAmount, formatCount } from '../../components/format.ts';
import { RejectedList } from './ImportOutcome.tsx';

/** How many files were found again, and how many were not. */
export function RelocateOutcome({ result }: { result: RelocateResult }): ReactNode {
  const { relocated, stillMissing, rejected } = result;
  return (
    <div className="stack">
      <p>
        {relocated === 0 ? 'No file was found again.' : `${formatAmount(relocated, 'file')} found again.`}{' '}
        {stillMissing === 0 ? 'None is missing now.' : `${formatCount(stillMissing)} still missing or changed.`}
      </p>
      {rejected.length > 0 ? <RejectedList title="not used" rejected={rejected} isOpen={relocated === 0} /> : null}
    </div>
  );
}
