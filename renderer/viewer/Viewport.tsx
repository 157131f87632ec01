import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { CornerTexts, type ViewportTexts } from './CornerTexts.tsx';
import { CornerstoneViewport } from './cornerstone/cornerstoneViewport.ts';
import { valueAt } from './displayImage.ts';
import { HeatLegend } from './HeatLegend.tsx';
import { MarkLayer } from './marks/MarkLayer.tsx';
import type { Mark } from './marks/mark.ts';
import { rulerFor } from './measurement.ts';
import { OverlayLayer } from './presentation/OverlayLayer.tsx';
import { PresentationLayer } from './presentation/PresentationLayer.tsx';
import type { Tool } from './tools.ts';
import { useLate } from './useLate.ts';
import { type MarkGestures, useViewportPointer } from './useViewportPointer.ts';
import { shownPresentationOf, transformOf, type ViewportController } from './viewportController.ts';
import type { ViewTransform } from './viewTransform.ts';
import './viewport.css';

interface ViewportProps {
  readonly controller: ViewportController;
  readonly tool: Tool;
  readonly texts: ViewportTexts;
  readonly isActive: boolean;
  readonly onActivate: () => void;
  /** Of the frame on screen only. */
  readonly marks: readonly Mark[];
  readonly chosenMark: string | undefined;
  readonly gestures: MarkGestures;
  /** Colour of a mark being drawn. */
  readonly drawColour: string;
  /** Drawn over the image, below the texts. */
  readonly overlay?: (transform: ViewTransform) => ReactNode;
}

/** Images from memory, and cuts while something is dragged, come sooner. */
const waitShownMs = 150;

/** One viewport: the painted image, marks over it, texts in its corners. */
export function Viewport(props: ViewportProps): ReactNode {
  const { controller, tool, texts, isActive, onActivate, marks, chosenMark, gestures, drawColour, overlay } = props;
  const state = useSyncExternalStore(controller.subscribe, controller.get);
  const { surface, handlers, onGrab, draft, cursor } = useViewportPointer(controller, tool, gestures);
  const transform = transformOf(state);
  const frame = state.shownIndex === undefined ? undefined : state.stack?.frames[state.shownIndex];
  const presentation = shownPresentationOf(state);
  const overlays = state.areOverlaysShown ? (state.image?.overlays ?? []) : [];
  const value = cursor && state.image && valueAt(state.image, Math.round(cursor[0]), Math.round(cursor[1]));
  const isWaiting = state.stack !== undefined && state.error === undefined && state.shownIndex !== state.index;
  const isLongWait = useLate(isWaiting, waitShownMs);
  return (
    <section
      className={`viewport ${isActive ? 'is-active' : ''} tool-${tool} ${state.isLoupeShown ? 'has-loupe' : ''}`}
      aria-label={texts.label}
      aria-busy={isWaiting}
      data-frame={state.shownIndex === undefined ? undefined : state.shownIndex + 1}
      onPointerDownCapture={onActivate}
    >
      <Canvas controller={controller} />
      <div
        ref={surface}
        role="application"
        aria-label="Image"
        className="viewport-surface"
        {...handlers}
        onContextMenu={(event) => event.preventDefault()}
      >
        {transform && presentation ? (
          <PresentationLayer
            presentation={presentation}
            transform={transform}
            size={state.size}
            areGraphicsShown={state.areOverlaysShown}
          />
        ) : null}
        {transform && overlays.length > 0 ? (
          <OverlayLayer overlays={overlays} transform={transform} size={state.size} />
        ) : null}
        {transform ? (
          <MarkLayer
            marks={marks}
            chosen={chosenMark}
            draft={draft}
            drawColour={drawColour}
            transform={transform}
            rulerOf={(points) => rulerFor(state.stack, frame, points)}
            onGrab={onGrab}
          />
        ) : null}
        {transform && overlay ? overlay(transform) : null}
      </div>
      <CornerTexts state={state} transform={transform} texts={texts} cursor={cursor} value={value} />
      {state.heatMap && state.heatMap.opacity > 0 ? <HeatLegend heatMap={state.heatMap} /> : null}
      {isLongWait ? <span className="viewport-waiting" role="status" aria-label="Loading the image" /> : null}
      {state.error ? (
        <p className="viewport-error" role="alert">
          This image cannot be shown: {state.error}
        </p>
      ) : null}
    </section>
  );
}

/** The element that the adapter paints into; React never touches its inside. */
function Canvas({ controller }: { controller: ViewportController }): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    controller.attach(new CornerstoneViewport(element));
    const measure = (): void => controller.resize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
      controller.detach();
    };
  }, [controller]);
  return <div ref={ref} className="viewport-canvas" />;
}
