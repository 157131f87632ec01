import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import type { MaskBox } from '../../../main/contract/deidentify.ts';
import type { OutputOf } from '../../client/hooks.ts';
import { GreyPicture } from '../../components/GreyPicture.tsx';
import { keyOf, rectOf } from './BoxedPicture.tsx';
import { boxBetween, nudged } from './boxGeometry.ts';

interface MaskCanvasProps {
  readonly picture: OutputOf<'deidentify.picture'>;
  readonly boxes: readonly MaskBox[];
  /** Of the other scope: shown, and changed there. */
  readonly others: readonly MaskBox[];
  readonly selected: number | undefined;
  readonly onSelect: (index: number | undefined) => void;
  readonly onChange: (boxes: readonly MaskBox[]) => void;
  readonly onAdd: (box: MaskBox) => void;
}

type Point = readonly [x: number, y: number];
/** A new box between two points, or one that is being carried along. */
type Drag =
  | { readonly kind: 'draw'; readonly from: Point; readonly to: Point }
  | { readonly kind: 'move'; readonly index: number; readonly from: Point; readonly box: MaskBox };

const steps: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The picture with boxes that can be drawn, moved, resized and deleted. */
export function MaskCanvas(props: MaskCanvasProps): ReactNode {
  const { picture, boxes, others, selected, onSelect, onChange, onAdd } = props;
  const { rows, columns } = picture;
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const pointOf = (event: PointerEvent): Point => {
    const place = svg.current?.getBoundingClientRect();
    if (!place) return [0, 0];
    return [
      ((event.clientX - place.left) / place.width) * columns,
      ((event.clientY - place.top) / place.height) * rows,
    ];
  };
  const replace = (index: number, box: MaskBox): void => onChange(boxes.map((each, i) => (i === index ? box : each)));
  const begin = (event: PointerEvent, index?: number): void => {
    if (event.button !== 0) return;
    event.stopPropagation();
    svg.current?.setPointerCapture(event.pointerId);
    const from = pointOf(event);
    const box = index === undefined ? undefined : boxes[index];
    onSelect(index);
    setDrag(box && index !== undefined ? { kind: 'move', index, from, box } : { kind: 'draw', from, to: from });
  };
  const go = (event: PointerEvent): void => {
    if (!drag) return;
    const to = pointOf(event);
    const by: Point = [Math.round(to[0] - drag.from[0]), Math.round(to[1] - drag.from[1])];
    if (drag.kind === 'draw') setDrag({ ...drag, to });
    else replace(drag.index, nudged(drag.box, by, false, picture));
  };
  const end = (event: PointerEvent): void => {
    if (drag?.kind === 'draw') {
      const box = boxBetween(drag.from, pointOf(event), picture);
      if (box) onAdd(box);
    }
    setDrag(undefined);
  };
  const onKey = (event: KeyboardEvent, index: number): void => {
    const box = boxes[index];
    const step = steps[event.key];
    if (box && step) {
      const far = event.altKey ? 10 : 1;
      replace(index, nudged(box, [step[0] * far, step[1] * far], event.shiftKey, picture));
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      onChange(boxes.filter((_, i) => i !== index));
      onSelect(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const drawn = drag?.kind === 'draw' ? boxBetween(drag.from, drag.to, picture) : undefined;
  return (
    <div className="mask-canvas">
      <span
        className="boxed-picture"
        style={{ aspectRatio: `${columns} / ${rows}`, maxWidth: `calc(56vh * ${columns / rows})` }}
      >
        <GreyPicture
          rows={picture.shownRows}
          columns={picture.shownColumns}
          pixels={picture.pixels}
          alt="Picture to mask"
        />
        <svg
          ref={svg}
          viewBox={`0 0 ${columns} ${rows}`}
          preserveAspectRatio="none"
          onPointerDown={(event) => begin(event)}
          onPointerMove={go}
          onPointerUp={end}
          onPointerCancel={() => setDrag(undefined)}
        >
          <title>Drag to draw a box</title>
          {picture.proposals.map((box) => (
            <rect key={keyOf(box)} className="box-proposed" {...rectOf(box)} />
          ))}
          {others.map((box) => (
            <rect key={keyOf(box)} className="box-masked" {...rectOf(box)} />
          ))}
          {boxes.map((box, i) => (
            // biome-ignore lint/a11y/useSemanticElements: there are no buttons in a drawing
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a box is what it is by its place in the list, also while it moves
              key={i}
              role="button"
              tabIndex={0}
              aria-label={`Box ${i + 1}: ${box.width} × ${box.height} pixels at ${box.left}, ${box.top}`}
              aria-pressed={i === selected}
              className={`box-own ${i === selected ? 'is-selected' : ''}`}
              {...rectOf(box)}
              onPointerDown={(event) => begin(event, i)}
              onFocus={() => onSelect(i)}
              onKeyDown={(event) => onKey(event, i)}
            />
          ))}
          {drawn ? <rect className="box-own is-selected" {...rectOf(drawn)} /> : null}
        </svg>
      </span>
    </div>
  );
}
