import type { ReactNode } from 'react';
import { formatInterval } from '../format.ts';
import { linearScale, niceTicks, type Range } from './linearScale.ts';
import './charts.css';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface IntervalMarkProps {
  readonly label: string;
  readonly estimate: Estimate | undefined;
  readonly domain: Range;
  /** A dim mark is what one compares with. */
  readonly tone?: 'accent' | 'dim';
  /** Instead of the colour of the tone. */
  readonly colour?: string | undefined;
  /** A vertical line, mostly chance. */
  readonly reference?: number;
  /** About how many grid lines. */
  readonly ticks?: number;
}

const percent = (domain: Range): ((value: number) => string) => {
  const at = linearScale(domain, [0, 100]);
  return (value) => `${Math.min(100, Math.max(0, at(value))).toFixed(2)}%`;
};

/** A dot with its 95 % interval as a whisker, stretched over the width it is given. */
export function IntervalMark({
  label,
  estimate,
  domain,
  tone = 'accent',
  colour,
  reference,
  ticks = 5,
}: IntervalMarkProps): ReactNode {
  const x = percent(domain);
  const text = estimate ? `${label} ${formatInterval(estimate)}` : `${label}: none`;
  return (
    <svg className={`interval-mark is-${tone}`} role="img" aria-label={text}>
      <g className="interval-grid">
        {niceTicks(domain, ticks).map((tick) => (
          <line key={tick} x1={x(tick)} x2={x(tick)} y1="0" y2="100%" />
        ))}
      </g>
      {reference === undefined ? null : (
        <line className="interval-reference" x1={x(reference)} x2={x(reference)} y1="0" y2="100%" />
      )}
      {estimate ? (
        <g className="interval-whisker" style={colour ? { stroke: colour, fill: colour } : undefined}>
          <line x1={x(estimate.low)} x2={x(estimate.high)} y1="50%" y2="50%" />
          <line x1={x(estimate.low)} x2={x(estimate.low)} y1="30%" y2="70%" />
          <line x1={x(estimate.high)} x2={x(estimate.high)} y1="30%" y2="70%" />
          <circle cx={x(estimate.value)} cy="50%" r="4.5" />
        </g>
      ) : null}
    </svg>
  );
}

/** The numbers under (or over) a column of marks. */
export function IntervalAxis({ domain, ticks = 5 }: { domain: Range; ticks?: number }): ReactNode {
  const x = percent(domain);
  return (
    <svg className="interval-axis" aria-hidden="true">
      {niceTicks(domain, ticks).map((tick) => (
        <text
          key={tick}
          x={x(tick)}
          y="12"
          textAnchor={tick === domain[1] ? 'end' : tick === domain[0] ? 'start' : 'middle'}
        >
          {tick.toFixed(1)}
        </text>
      ))}
    </svg>
  );
}
