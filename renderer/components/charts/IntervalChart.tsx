import type { ReactNode } from 'react';
import { formatInterval } from '../format.ts';
import { type Estimate, IntervalAxis, IntervalMark } from './IntervalMark.tsx';
import { type Range, shareDomain } from './linearScale.ts';

export interface IntervalRow {
  readonly id: string;
  readonly label: string;
  /** In small letters under the label. */
  readonly detail?: string | undefined;
  readonly estimate: Estimate | undefined;
  readonly tone?: 'accent' | 'dim';
  readonly colour?: string;
}

interface IntervalChartProps {
  readonly label: string;
  readonly rows: readonly IntervalRow[];
  readonly reference?: number;
  readonly domain?: Range;
  /** Narrow rows for short labels. */
  readonly isDense?: boolean;
}

/** Estimates with their intervals one under the other on a common axis. */
export function IntervalChart({ label, rows, reference, domain, isDense = false }: IntervalChartProps): ReactNode {
  const shown = domain ?? shareDomain(rows.flatMap(({ estimate }) => (estimate ? [estimate.low] : [])));
  const ticks = isDense ? 2 : 5;
  return (
    <figure className={`interval-chart ${isDense ? 'is-dense' : ''}`} aria-label={label}>
      {rows.map((row) => (
        <div key={row.id} className="interval-row">
          <div className="interval-label">
            <span>{row.label}</span>
            {row.detail ? <span className="dim">{row.detail}</span> : null}
          </div>
          <IntervalMark
            label={row.label}
            estimate={row.estimate}
            domain={shown}
            colour={row.colour}
            ticks={ticks}
            {...(row.tone ? { tone: row.tone } : {})}
            {...(reference === undefined ? {} : { reference })}
          />
          <span className="interval-text">{row.estimate ? formatInterval(row.estimate) : '–'}</span>
        </div>
      ))}
      <div className="interval-row is-axis">
        <span />
        <IntervalAxis domain={shown} ticks={ticks} />
        <span />
      </div>
    </figure>
  );
}
