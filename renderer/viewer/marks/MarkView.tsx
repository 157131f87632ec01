import type { PointerEvent, ReactNode } from 'react';
import { toCanvas, type ViewTransform } from '../viewTransform.ts';
import { MarkShape } from './MarkShape.tsx';
import type { Mark } from './mark.ts';
import { handlesOf } from './markGeometry.ts';

interface MarkViewProps {
  readonly mark: Mark;
  readonly size: string;
  readonly isChosen: boolean;
  readonly transform: ViewTransform;
  /** `handle` undefined: the outline was taken. */
  readonly onGrab: (event: PointerEvent, mark: Mark, handle: number | undefined) => void;
}

export function MarkView({ mark, size, isChosen, transform, onGrab }: MarkViewProps): ReactNode {
  const points = mark.points.map((point) => toCanvas(transform, point));
  const right = Math.max(...points.map(([x]) => x));
  const middle = (Math.min(...points.map(([, y]) => y)) + Math.max(...points.map(([, y]) => y))) / 2;
  const state = `${mark.isOwn ? '' : 'is-other'} ${mark.isPending ? 'is-pending' : ''} ${isChosen ? 'is-chosen' : ''}`;
  return (
    <g className={`mark ${state}`} style={{ color: mark.colour }} data-testid="mark" data-mark-id={mark.id}>
      <MarkShape type={mark.type} points={points} className="mark-shadow" />
      <MarkShape type={mark.type} points={points} className="mark-line" />
      <g onPointerDown={(event) => onGrab(event, mark, undefined)}>
        <MarkShape type={mark.type} points={points} className="mark-grip" />
      </g>
      <text className="mark-text" x={right + 8} y={middle + 4}>
        {mark.title}
        <tspan className="mark-size" dx={6}>
          {size}
        </tspan>
      </text>
      {isChosen && mark.isOwn
        ? handlesOf(mark.type, mark.points).map((handle, i) => {
            const [x, y] = toCanvas(transform, handle);
            return (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: a handle is its place in the list
                key={i}
                className="mark-handle"
                cx={x}
                cy={y}
                r={mark.type === 'polygon' ? 3.5 : 5}
                onPointerDown={(event) => onGrab(event, mark, i)}
              />
            );
          })
        : null}
    </g>
  );
}
