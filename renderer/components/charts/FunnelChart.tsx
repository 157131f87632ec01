import type { ReactNode } from 'react';
import { formatAmount } from '../format.ts';
import './charts.css';

export interface FunnelStage {
  readonly id: string;
  readonly title: string;
  readonly cases: number;
  readonly patients: number;
}

/** Stages one under the other, each a bar as long as its share of the first. */
export function FunnelChart({ label, stages }: { label: string; stages: readonly FunnelStage[] }): ReactNode {
  const most = Math.max(1, ...stages.map(({ cases }) => cases));
  return (
    <ol className="funnel" aria-label={label}>
      {stages.map(({ id, title, cases, patients }) => (
        <li key={id}>
          <span>{title}</span>
          <span className="funnel-track" aria-hidden="true">
            <i style={{ width: `${(100 * cases) / most}%` }} />
          </span>
          <span>
            {formatAmount(cases, 'case')} <span className="dim">of {formatAmount(patients, 'patient')}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
