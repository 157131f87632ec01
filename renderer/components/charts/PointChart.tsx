import type { ReactNode } from 'react';
import { linearScale, niceTicks, type Range } from './linearScale.ts';
import './charts.css';

export interface ChartPoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Said when the pointer rests on it. */
  readonly title: string;
}

export interface LevelLine {
  readonly y: number;
  readonly text: string;
  readonly isDotted?: boolean;
}

interface PointChartProps {
  readonly label: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xDomain: Range;
  readonly yDomain: Range;
  readonly points: readonly ChartPoint[];
  /** Where x and y are equal. */
  readonly hasIdentity?: boolean;
  readonly levels?: readonly LevelLine[];
  readonly onChoose?: (id: string) => void;
}

const side = 300;
const left = 52;
const bottom = 40;
const right = 14;
const top = 8;

/** Domain with a little air around the values, so that no point lies on the frame. */
export function paddedDomain(values: readonly number[]): Range {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - air, high + air];
}

/** Cases as points in the plane, with lines to hold them against; a click on a point opens its case. */
export function PointChart(props: PointChartProps): ReactNode {
  const { label, xTitle, yTitle, xDomain, yDomain, points, hasIdentity = false, levels = [], onChoose } = props;
  const x = linearScale(xDomain, [left, left + side]);
  const y = linearScale(yDomain, [top + side, top]);
  const ends = [Math.max(xDomain[0], yDomain[0]), Math.min(xDomain[1], yDomain[1])] as const;
  return (
    <figure className="point-chart">
      <svg viewBox={`0 0 ${left + side + right} ${side + bottom + top}`} role="img" aria-label={label}>
        {niceTicks(xDomain).map((tick) => (
          <g key={tick}>
            <line className="chart-grid" x1={x(tick)} x2={x(tick)} y1={top} y2={top + side} />
            <text x={x(tick)} y={top + side + 15} textAnchor="middle">
              {tick}
            </text>
          </g>
        ))}
        {niceTicks(yDomain).map((tick) => (
          <g key={tick}>
            <line className="chart-grid" x1={left} x2={left + side} y1={y(tick)} y2={y(tick)} />
            <text x={left - 8} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {hasIdentity ? (
          <line className="roc-chance" x1={x(ends[0])} y1={y(ends[0])} x2={x(ends[1])} y2={y(ends[1])} />
        ) : null}
        {levels.map((level) => (
          <g key={level.text} className={`level-line ${level.isDotted ? 'is-dotted' : ''}`}>
            <line x1={left} x2={left + side} y1={y(level.y)} y2={y(level.y)} />
            <text x={left + side - 4} y={y(level.y) - 5} textAnchor="end">
              {level.text}
            </text>
          </g>
        ))}
        {points.map((point) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the same cases are buttons in the list of cases below
          <circle
            key={point.id}
            className={`chart-point ${onChoose ? 'is-choosable' : ''}`}
            cx={x(point.x)}
            cy={y(point.y)}
            r="4"
            onClick={() => onChoose?.(point.id)}
          >
            <title>{point.title}</title>
          </circle>
        ))}
        <text className="chart-title" x={left + side / 2} y={side + bottom + top - 6} textAnchor="middle">
          {xTitle}
        </text>
        <text className="chart-title" transform={`translate(12 ${top + side / 2}) rotate(-90)`} textAnchor="middle">
          {yTitle}
        </text>
      </svg>
    </figure>
  );
}
