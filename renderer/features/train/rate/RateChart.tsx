import type { ReactNode } from 'react';
import type { RateSearch } from '../../../../main/contract/training/rateSearch.ts';
import { linearScale, niceTicks } from '../../../components/charts/linearScale.ts';
import { decades, lossRange, rateText } from './rateCurve.ts';

const [width, height] = [640, 220];
const [left, right, top, bottom] = [48, 12, 10, 36];

/** Loss against learning rate (logarithmic): single batches faint, their running mean on top, the suggestion marked. */
export function RateChart({ search, chosen }: { search: RateSearch; chosen: number }): ReactNode {
  const { points, suggested } = search;
  const lowest = points[0]?.rate ?? 1;
  const highest = points.at(-1)?.rate ?? 10;
  const losses = lossRange(points);
  const scaleX = linearScale([Math.log10(lowest), Math.log10(highest)], [left, width - right]);
  const x = (rate: number): number => scaleX(Math.log10(rate));
  const scaleY = linearScale(losses, [height - bottom, top]);
  const y = (loss: number): number => scaleY(Math.min(Math.max(loss, losses[0]), losses[1]));
  const path = (read: (point: (typeof points)[number]) => number): string =>
    points.map((point) => `${x(point.rate).toFixed(1)},${y(read(point)).toFixed(1)}`).join(' ');
  const isChosenShown = chosen >= lowest && chosen <= highest && chosen !== suggested;
  return (
    <figure className="rate-chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Loss against learning rate">
        {decades(points).map((power) => (
          <g key={power}>
            <line className="chart-grid" x1={scaleX(power)} x2={scaleX(power)} y1={top} y2={height - bottom} />
            <text x={scaleX(power)} y={height - bottom + 15} textAnchor="middle">
              {rateText(10 ** power)}
            </text>
          </g>
        ))}
        {niceTicks(losses, 4).map((loss) => (
          <g key={loss}>
            <line className="chart-grid" x1={left} x2={width - right} y1={y(loss)} y2={y(loss)} />
            <text x={left - 8} y={y(loss) + 4} textAnchor="end">
              {loss}
            </text>
          </g>
        ))}
        <polyline className="rate-batches" points={path(({ loss }) => loss)} />
        <polyline className="rate-mean" points={path(({ smoothed }) => smoothed)} />
        {isChosenShown ? <Mark className="rate-chosen" at={x(chosen)} text={`now ${rateText(chosen)}`} isLow /> : null}
        {suggested === undefined ? null : (
          <Mark className="rate-suggested" at={x(suggested)} text={`suggested ${rateText(suggested)}`} />
        )}
        <text className="chart-title" x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
          learning rate
        </text>
        <text
          className="chart-title"
          transform={`translate(11 ${(top + height - bottom) / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          loss
        </text>
      </svg>
    </figure>
  );
}

interface MarkProps {
  readonly className: string;
  readonly at: number;
  readonly text: string;
  /** Written lower, so that two marks near each other can be read. */
  readonly isLow?: boolean;
}

function Mark({ className, at, text, isLow = false }: MarkProps): ReactNode {
  const isRight = at > width * 0.75;
  return (
    <g className={className}>
      <line x1={at} x2={at} y1={top} y2={height - bottom} />
      <text x={at + (isRight ? -6 : 6)} y={top + (isLow ? 26 : 10)} textAnchor={isRight ? 'end' : 'start'}>
        {text}
      </text>
    </g>
  );
}
