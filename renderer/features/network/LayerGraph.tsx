import type { ReactNode } from 'react';
import type { LayerDescription } from '../../../main/contract/networks.ts';
import { lanesOf } from './lanes.ts';

const rowHeight = 34;
const laneWidth = 18;
const left = 12;

/** How the layers of a stage hang together: a dot a row, a line from each layer to those that read it. */
export function LayerGraph({ layers }: { layers: readonly LayerDescription[] }): ReactNode {
  const { lanes, entry, count } = lanesOf(layers);
  const x = (lane: number): number => left + lane * laneWidth;
  const y = (row: number): number => (row + 0.5) * rowHeight;
  const path = (from: number, row: number): string => {
    const start = from < 0 ? x(entry) : x(lanes[from] ?? 0);
    const top = from < 0 ? 0 : y(from);
    const end = x(lanes[row] ?? 0);
    const bend = y(row) - rowHeight * 0.8;
    if (start === end) return `M${start} ${top}V${y(row)}`;
    return `M${start} ${top}V${Math.max(top, bend)}C${start} ${y(row)} ${end} ${bend} ${end} ${y(row)}`;
  };
  return (
    <svg className="layer-graph" width={x(count - 1) + left} height={layers.length * rowHeight} aria-hidden="true">
      {layers.flatMap(({ inputs, names }, row) =>
        inputs.map((from) => <path key={`${from} ${names[0]}`} d={path(from, row)} />),
      )}
      {layers.map((layer, row) => (
        <circle
          key={layer.names[0]}
          cx={x(lanes[row] ?? 0)}
          cy={y(row)}
          r={layer.parameters > 0 ? 5 : 3.5}
          className={layer.parameters > 0 ? 'learns' : undefined}
        />
      ))}
    </svg>
  );
}
