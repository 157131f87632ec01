import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { NetworkDescription, StageDescription } from '../../../main/contract/networks.ts';
import { Button } from '../../components/Button.tsx';
import { drawingOf, sharesOf } from './drawing.ts';
import { formatLarge, shapeText } from './networkWords.ts';
import { StageBlock } from './StageBlock.tsx';
import { usePanZoom } from './usePanZoom.ts';

interface NetworkDrawingProps {
  readonly network: NetworkDescription;
  readonly chosen: number;
  readonly onChoose: (stage: number) => void;
}

function linesOf({ shape, parameters, receptiveField }: StageDescription): string[] {
  const sees = receptiveField === undefined ? 'sees the whole image' : `sees ${receptiveField} × ${receptiveField} px`;
  return [shapeText(shape), `${formatLarge(parameters)} weights`, shape.length === 3 ? sees : ''].filter(Boolean);
}

/** The stages from the image to the answer, their feature maps to scale. Left and right choose a stage. */
export function NetworkDrawing({ network, chosen, onChoose }: NetworkDrawingProps): ReactNode {
  const holder = useRef<SVGSVGElement>(null);
  const { view, zoom, pan, reset, pointer } = usePanZoom(holder);
  const { input, stages, width, height } = drawingOf(network);
  const weights = sharesOf(network.stages, ({ parameters }) => parameters);
  const work = sharesOf(network.stages, ({ multiplyAdds }) => multiplyAdds);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => onChoose(Math.max(0, chosen - 1)),
    ArrowRight: () => onChoose(Math.min(stages.length - 1, chosen + 1)),
    ArrowUp: () => pan(0, 40),
    ArrowDown: () => pan(0, -40),
    '+': () => zoom(1.25),
    '=': () => zoom(1.25),
    '-': () => zoom(0.8),
    Home: reset,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const run = keys[event.key];
    if (!run || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    run();
  };
  const name = network.stages[chosen]?.title ?? '';
  return (
    <div className="network-drawing">
      <div
        className="network-stages"
        role="listbox"
        tabIndex={0}
        aria-label={`Stages of ${network.title}, chosen: ${name}. Left and right choose, plus and minus zoom, Home shows all.`}
        onKeyDown={onKeyDown}
        {...pointer}
      >
        <svg ref={holder}>
          <title>{network.title}</title>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            <rect width={width} height={height} fill="none" />
            <StageBlock block={input} title="Image" lines={[shapeText(network.inputShape)]} />
            {network.stages.map((stage, i) => {
              const block = stages[i];
              return block ? (
                <StageBlock
                  key={stage.title}
                  block={block}
                  title={stage.title}
                  lines={linesOf(stage)}
                  share={{ weights: weights[i] ?? 0, work: work[i] ?? 0 }}
                  isChosen={i === chosen}
                  onChoose={() => onChoose(i)}
                />
              ) : null;
            })}
          </g>
        </svg>
      </div>
      <div className="network-zoom">
        <Button aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1.25)}>
          +
        </Button>
        <Button aria-label="Zoom out" title="Zoom out (-)" onClick={() => zoom(0.8)}>
          −
        </Button>
        <Button title="Show all (Home)" onClick={reset}>
          All
        </Button>
      </div>
    </div>
  );
}
