import type { PointerEvent, ReactNode } from 'react';
import { describeSize, type rulerFor } from '../measurement.ts';
import type { Draft } from '../useViewportPointer.ts';
import { type ImagePoint, toCanvas, type ViewTransform } from '../viewTransform.ts';
import { MarkShape } from './MarkShape.tsx';
import { MarkView } from './MarkView.tsx';
import type { Mark } from './mark.ts';

interface MarkLayerProps {
  readonly marks: readonly Mark[];
  readonly chosen: string | undefined;
  readonly draft: Draft | undefined;
  readonly drawColour: string;
  readonly transform: ViewTransform;
  /** What the points of a mark are measured with. */
  readonly rulerOf: RulerOf;
  readonly onGrab: (event: PointerEvent, mark: Mark, handle: number | undefined) => void;
}

type RulerOf = (points: readonly ImagePoint[]) => ReturnType<typeof rulerFor>;

/** The marks of the frame on screen, and the one being drawn or changed. */
export function MarkLayer(props: MarkLayerProps): ReactNode {
  const { marks, chosen, draft, drawColour, transform, rulerOf, onGrab } = props;
  const shown = marks.map((mark) => (draft?.mark?.id === mark.id ? { ...mark, points: draft.points } : mark));
  const fresh = draft && !draft.mark ? draft : undefined;
  return (
    <svg className="mark-layer" role="img" aria-label={`${marks.length} lesions on this image`}>
      {shown.map((mark) => (
        <MarkView
          key={mark.id}
          mark={mark}
          size={describeSize(mark.type, mark.points, rulerOf(mark.points))}
          isChosen={mark.id === chosen}
          transform={transform}
          onGrab={onGrab}
        />
      ))}
      {fresh ? (
        <g className="mark is-chosen" style={{ color: drawColour }}>
          <MarkShape
            type={fresh.type}
            points={fresh.points.map((point) => toCanvas(transform, point))}
            className="mark-line"
          />
          <DraftSize draft={fresh} transform={transform} rulerOf={rulerOf} />
        </g>
      ) : null}
    </svg>
  );
}

function DraftSize({
  draft,
  transform,
  rulerOf,
}: {
  draft: Draft;
  transform: ViewTransform;
  rulerOf: RulerOf;
}): ReactNode {
  const last = draft.points.at(draft.type === 'bidirectional' ? 1 : -1);
  if (!last) return null;
  const [x, y] = toCanvas(transform, last);
  return (
    <text className="mark-text" x={x + 10} y={y + 4}>
      {describeSize(draft.type, draft.points, rulerOf(draft.points))}
    </text>
  );
}
