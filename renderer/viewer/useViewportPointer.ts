import { type PointerEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Mark, MarkType } from './marks/mark.ts';
import {
  clampPoint,
  draftPoints,
  inStoredOrder,
  isDrawn,
  moveHandle,
  simplify,
  translate,
} from './marks/markGeometry.ts';
import { displaySpacing, distance } from './measurement.ts';
import { isMarkTool, type LookTool, type Tool } from './tools.ts';
import type { ViewportController } from './viewportController.ts';
import { type CanvasPoint, type ImagePoint, toImage } from './viewTransform.ts';

export interface MarkGestures {
  readonly onCreate: (type: MarkType, points: readonly ImagePoint[]) => void;
  readonly onChange: (mark: Mark, points: readonly ImagePoint[]) => void;
  readonly onChoose: (markId: string | undefined) => void;
  /** The crosshair was dragged here; undefined: let go. */
  readonly onCrosshair?: (point: ImagePoint | undefined) => void;
}

export interface Draft {
  /** Undefined for a new mark. */
  readonly mark: Mark | undefined;
  readonly type: MarkType;
  readonly points: readonly ImagePoint[];
}

type Gesture =
  | { readonly kind: 'look'; readonly tool: LookTool; last: CanvasPoint }
  | { readonly kind: 'draw'; readonly type: MarkType; readonly from: ImagePoint; path: ImagePoint[] }
  | { readonly kind: 'edit'; readonly mark: Mark; readonly handle: number | undefined; readonly from: ImagePoint };

const pixelsPerImage = 12;

/** Turns pointer and wheel into view changes and marks. Left: the tool; middle: pan; right: zoom; wheel: scroll. */
export function useViewportPointer(controller: ViewportController, tool: Tool, gestures: MarkGestures) {
  const surface = useRef<HTMLDivElement>(null);
  const gesture = useRef<Gesture>(undefined);
  const [draft, setDraft] = useState<Draft>();
  const [cursor, setCursor] = useState<ImagePoint>();

  const placeOf = (event: { clientX: number; clientY: number }): CanvasPoint => {
    const box = surface.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  const imagePointOf = (event: PointerEvent): ImagePoint | undefined => {
    const { transform } = controller;
    const { image } = controller.get();
    return transform && image && clampPoint(toImage(transform, placeOf(event)), image);
  };
  const begin = (event: PointerEvent, next: Gesture): void => {
    surface.current?.setPointerCapture(event.pointerId);
    gesture.current = next;
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (gesture.current) return;
    const asked: Tool | undefined = event.button === 0 ? tool : event.button === 1 ? 'pan' : 'zoom';
    const point = imagePointOf(event);
    if (isMarkTool(asked) && point) {
      gestures.onChoose(undefined);
      begin(event, { kind: 'draw', type: asked, from: point, path: [point] });
    } else if (!isMarkTool(asked)) {
      if (event.button === 0) gestures.onChoose(undefined);
      begin(event, { kind: 'look', tool: asked, last: placeOf(event) });
      if (asked === 'crosshair' && point) gestures.onCrosshair?.(point);
      if (asked === 'loupe') controller.showLoupe(placeOf(event));
    }
  };

  const onGrab = (event: PointerEvent, mark: Mark, handle: number | undefined): void => {
    // Under the loupe marks are hidden: a drag looks, it moves none of them.
    if (event.button !== 0 || gesture.current || tool === 'loupe' || tool === 'crosshair') return;
    event.stopPropagation();
    gestures.onChoose(mark.id);
    const from = imagePointOf(event);
    if (mark.isOwn && from) begin(event, { kind: 'edit', mark, handle, from });
  };

  const onPointerMove = (event: PointerEvent): void => {
    const point = imagePointOf(event);
    setCursor(point);
    const now = gesture.current;
    if (!now) return;
    if (now.kind === 'look') {
      const place = placeOf(event);
      if (now.tool === 'crosshair' && point) gestures.onCrosshair?.(point);
      else look(controller, now, place);
    } else if (point && now.kind === 'draw') {
      if (now.type === 'polygon') now.path = [...now.path, point];
      setDraft({ mark: undefined, type: now.type, points: draftPoints(now.type, now.from, point, now.path) });
    } else if (point && now.kind === 'edit') {
      setDraft({ mark: now.mark, type: now.mark.type, points: edited(now, point, controller) });
    }
  };

  const onPointerUp = (event: PointerEvent): void => {
    const done = gesture.current;
    gesture.current = undefined;
    controller.showLoupe(undefined);
    if (surface.current?.hasPointerCapture(event.pointerId)) surface.current.releasePointerCapture(event.pointerId);
    setDraft(undefined);
    if (done?.kind === 'look' && done.tool === 'crosshair') gestures.onCrosshair?.(undefined);
    if (!done || done.kind === 'look' || !draft) return;
    const { stack } = controller.get();
    const spacing = displaySpacing(stack);
    const points = inStoredOrder(draft.type, thinned(draft), (a, b) => distance(a, b, spacing));
    if (!isDrawn(draft.type, points)) return;
    if (draft.mark) gestures.onChange(draft.mark, points);
    else gestures.onCreate(draft.type, points);
  };

  const abandon = (): void => {
    if (gesture.current?.kind === 'look' && gesture.current.tool === 'crosshair') gestures.onCrosshair?.(undefined);
    gesture.current = undefined;
    controller.showLoupe(undefined);
    setDraft(undefined);
  };

  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) controller.zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1, placeOf(event));
    else controller.scrollBy(Math.sign(event.deltaY));
  });
  useEffect(() => {
    // React's wheel listeners are passive and could not keep the page from zooming.
    const listener = (event: WheelEvent): void => onWheel(event);
    const element = surface.current;
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  const handlers = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: abandon,
    onPointerLeave: () => setCursor(undefined),
  };
  return { surface, handlers, onGrab, draft, cursor };
}

function look(controller: ViewportController, gesture: Extract<Gesture, { kind: 'look' }>, place: CanvasPoint): void {
  const [dx, dy] = [place[0] - gesture.last[0], place[1] - gesture.last[1]];
  if (gesture.tool === 'scroll') {
    const steps = Math.trunc(dy / pixelsPerImage);
    if (steps === 0) return;
    controller.scrollBy(steps);
    gesture.last = [place[0], gesture.last[1] + steps * pixelsPerImage];
    return;
  }
  gesture.last = place;
  if (gesture.tool === 'window') controller.dragWindow(dx, dy);
  if (gesture.tool === 'loupe') controller.showLoupe(place);
  if (gesture.tool === 'pan') controller.panBy(dx, dy);
  if (gesture.tool === 'zoom') controller.zoomBy(Math.exp(-dy / 150));
}

function edited(
  { mark, handle, from }: Extract<Gesture, { kind: 'edit' }>,
  point: ImagePoint,
  controller: ViewportController,
): readonly ImagePoint[] {
  if (handle !== undefined) return moveHandle(mark.type, mark.points, handle, point);
  const { image } = controller.get();
  return image ? translate(mark.points, point[0] - from[0], point[1] - from[1], image) : mark.points;
}

/** A freshly drawn outline without the points that hardly bend it. */
const thinned = (draft: Draft): readonly ImagePoint[] =>
  draft.type === 'polygon' && !draft.mark ? simplify(draft.points, 0.35) : draft.points;
