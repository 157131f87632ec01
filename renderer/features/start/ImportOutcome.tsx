import type { ReactNode } from 'react';
import type { ImportResult } from '../../../main/contract/imports.ts';
import { Badge } from '../../components/Badge.tsx';
import { formatAmount, formatCount } from '../../components/format.ts';

const mostListed = 200;

/** What went in, what did not and why, and what is odd about it. */
export function ImportOutcome({ result }: { result: ImportResult }): ReactNode {
  const { imported, skipped, rejected, findings } = result;
  return (
    <div className="stack">
      <p>
        {imported === 0 ? 'Nothing new was imported.' : `${formatAmount(imported, 'file')} imported: `}
        {imported === 0
          ? ''
          : `${formatAmount(result.patients, 'patient')}, ${formatAmount(result.studies, 'study', 'studies')}, ${formatAmount(result.series, 'series', 'series')}.`}
        {skipped > 0 ? ` ${formatCount(skipped)} were already here.` : ''}
      </p>
      {rejected.length > 0 ? <RejectedList title="not imported" rejected={rejected} isOpen={imported === 0} /> : null}
      {findings.length > 0 ? (
        <details>
          <summary>{formatAmount(findings.length, 'data finding')}</summary>
          <ul className="outcome-list">
            {findings.slice(0, mostListed).map((finding, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <li key={i}>
                <Badge tone={finding.severity === 'warning' ? 'warn' : 'neutral'}>{finding.code}</Badge>
                <span className="dim">{finding.message}</span>
              </li>
            ))}
            <Rest of={findings.length} />
          </ul>
        </details>
      ) : null}
    </div>
  );
}

interface RejectedListProps {
  readonly title: string;
  readonly rejected: ImportResult['rejected'];
  readonly isOpen: boolean;
}

/** Files that were not taken, each with its code and reason. */
export function RejectedList({ title, rejected, isOpen }: RejectedListProps): ReactNode {
  return (
    <details open={isOpen}>
      <summary>
        {formatAmount(rejected.length, 'file')} {title}
      </summary>
      <ul className="outcome-list">
        {rejected.slice(0, mostListed).map((item, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a file may be in it twice
          <li key={i}>
            <span className="truncate" title={item.path}>
              {item.path.split(/[/\\]/).at(-1)}
            </span>
            <Badge tone="bad">{item.code}</Badge>
            <span className="dim">{item.message}</span>
          </li>
        ))}
        <Rest of={rejected.length} />
      </ul>
    </details>
  );
}

function Rest({ of }: { of: number }): ReactNode {
  return of > mostListed ? <li className="dim">and {formatCount(of - mostListed)} more</li> : null;
}
