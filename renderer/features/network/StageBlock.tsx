import type { KeyboardEvent, ReactNode } from 'react';
import type { Block } from './drawing.ts';

interface StageBlockProps {
  readonly block: Block;
  readonly title: string;
  /** Lines below the block. */
  readonly lines: readonly string[];
  /** 0..1, absent for the image. */
  readonly share?: { readonly weights: number; readonly work: number };
  readonly isChosen?: boolean;
  readonly onChoose?: () => void;
}

const slant = 0.5;
const textTop = 268;

/** One feature map: a box whose front is the map to scale and whose length is the number of channels. */
export function StageBlock({ block, title, lines, share, isChosen = false, onChoose }: StageBlockProps): ReactNode {
  const { x, y, height, width, depth, columnWidth } = block;
  const [lift, top] = [width * slant, y - height / 2];
  const front = `M${x} ${top + lift / 2}l${width} ${-lift}v${height}l${-width} ${lift}z`;
  const roof = `M${x} ${top + lift / 2}l${width} ${-lift}h${depth}l${-width} ${lift}z`;
  const side = `M${x} ${top + lift / 2}h${depth}v${height}h${-depth}z`;
  const choosing = onChoose
    ? {
        ...{ role: 'option', tabIndex: -1, 'aria-label': title, 'aria-selected': isChosen, onClick: onChoose },
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key === 'Enter') onChoose();
        },
      }
    : {};
  return (
    <g className={`stage ${isChosen ? 'is-chosen' : ''} ${onChoose ? 'is-choosable' : ''}`} {...choosing}>
      <rect className="stage-ground" x={x - 10} y={6} width={columnWidth - 6} height={352} rx={6} />
      <path className="block-roof" d={roof} />
      <path className="block-front" d={front} transform={`translate(${depth} 0)`} />
      <path className="block-side" d={side} />
      <text className="stage-title" x={x} y={textTop}>
        {title}
      </text>
      {lines.map((line, i) => (
        <text key={line} x={x} y={textTop + 18 * (i + 1)} className={i === 0 ? undefined : 'is-dim'}>
          {line}
        </text>
      ))}
      {share ? (
        <>
          <rect className="share-ground" x={x} y={344} width={columnWidth - 30} height={4} rx={2} />
          <rect
            className="share"
            x={x}
            y={344}
            width={Math.max(1, (columnWidth - 30) * share.work)}
            height={4}
            rx={2}
          />
          <title>{`${Math.round(100 * share.work)} % of the work, ${Math.round(100 * share.weights)} % of the weights`}</title>
        </>
      ) : null}
    </g>
  );
}
