import type { ReactNode } from 'react';
import { linearScale } from './linearScale.ts';
import './charts.css';

export interface RocCurve {
  readonly id: string;
  readonly label: string;
  readonly colour: string;
  /** From (0, 0) to (1, 1), false positive rate ascending. */
  readonly points: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
  /** Where the chosen threshold lies on the curve. */
  readonly operating?: { readonly falsePositiveRate: number; readonly truePositiveRate: number } | undefined;
}

const side = 300;
const left = 44;
const bottom = 40;
const x = linearScale([0, 1], [left, left + side]);
const y = linearScale([0, 1], [8 + side, 8]);
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

/** Sensitivity against 1 - specificity, with the chance diagonal and the chosen operating points. */
export function RocChart({ label, curves }: { label: string; curves: readonly RocCurve[] }): ReactNode {
  return (
    <figure className="roc">
      <svg viewBox={`0 0 ${left + side + 12} ${side + bottom + 8}`} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="chart-grid" x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
            <line className="chart-grid" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <text x={x(tick)} y={y(0) + 15} textAnchor="middle">
              {tick.toFixed(1)}
            </text>
            <text x={left - 10} y={y(tick) + 4} textAnchor="end">
              {tick.toFixed(1)}
            </text>
          </g>
        ))}
        <line className="roc-chance" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        {curves.map(({ id, colour, points }) => (
          <polyline
            key={id}
            className="roc-curve"
            stroke={colour}
            points={points
              .map((p) => `${x(p.falsePositiveRate).toFixed(1)},${y(p.truePositiveRate).toFixed(1)}`)
              .join(' ')}
          />
        ))}
        {curves.map(({ id, colour, operating }) =>
          operating ? (
            <circle
              key={id}
              className="roc-point"
              stroke={colour}
              cx={x(operating.falsePositiveRate)}
              cy={y(operating.truePositiveRate)}
              r="5"
            />
          ) : null,
        )}
        <text className="chart-title" x={left + side / 2} y={side + bottom + 4} textAnchor="middle">
          1 − specificity
        </text>
        <text className="chart-title" transform={`translate(11 ${8 + side / 2}) rotate(-90)`} textAnchor="middle">
          sensitivity
        </text>
      </svg>
      <figcaption className="chart-legend">
        {curves.map(({ id, label: name, colour }) => (
          <span key={id}>
            <i className="legend-line" style={{ borderColor: colour }} />
            {name}
          </span>
        ))}
        {curves.some(({ operating }) => operating) ? (
          <span>
            <i className="legend-ring" />
            chosen threshold
          </span>
        ) : null}
        <span className="dim">
          <i className="legend-line is-dotted" />
          chance
        </span>
      </figcaption>
    </figure>
  );
}
