import type { ReactNode } from 'react';
import type { DataFinding as DataFindingSchema } from '../../../main/contract/values.ts';
import { formatAmount, formatCount } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';

type DataFinding = ReturnType<typeof DataFindingSchema.parse>;

interface ExcludedProps {
  readonly excluded: readonly { readonly code: string; readonly message: string; readonly n: number }[];
}

/** What does not go in, why, and how often. */
export function ExcludedList({ excluded }: ExcludedProps): ReactNode {
  if (excluded.length === 0) return <p className="dim">Nothing was left out.</p>;
  return (
    <ul className="left-out" aria-label="Left out">
      {excluded.map(({ code, message, n }) => (
        <li key={code} title={code}>
          <strong>{formatCount(n)}</strong>
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}

/** Warnings and remarks about the data, the warnings first. */
export function FindingList({ findings }: { findings: readonly DataFinding[] }): ReactNode {
  const sorted = [...findings].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'));
  return (
    <ul className="finding-list" aria-label="Findings">
      {sorted.map(({ code, message, severity, count }) => (
        <li key={`${code} ${message}`} className={`is-${severity}`} title={code}>
          <Icon name={severity === 'warning' ? 'warning' : 'info'} size={16} />
          <span>
            {message}
            {count && count > 1 && !message.includes(String(count)) ? ` (${formatAmount(count, 'time')})` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
