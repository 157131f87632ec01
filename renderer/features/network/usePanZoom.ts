import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';

export interface PanZoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const rest: PanZoom = { scale: 1, x: 0, y: 0 };
const clamp = (scale: number): number => Math.min(8, Math.max(0.25, scale));

/** The view after zooming by a factor about a point of the screen, which stays where it is. Pure. */
export function zoomAt(view: PanZoom, factor: number, at: { readonly x: number; readonly y: number }): PanZoom {
  const scale = clamp(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Wheel zooms about the pointer, dragging pans. */
export function usePanZoom(holder: RefObject<SVGSVGElement | null>) {
  const [view, setView] = useState(rest);
  const drag = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      setView((shown) => zoomAt(shown, Math.exp(-event.deltaY / 500), at));
    };
    // React listens passively to the wheel; a passive listener cannot keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [holder]);
  return {
    view,
    reset: () => setView(rest),
    zoom: (factor: number) => {
      const { clientWidth = 0, clientHeight = 0 } = holder.current ?? {};
      setView((shown) => zoomAt(shown, factor, { x: clientWidth / 2, y: clientHeight / 2 }));
    },
    pan: (x: number, y: number) => setView((shown) => ({ ...shown, x: shown.x + x, y: shown.y + y })),
    pointer: {
      onPointerDown: (event: PointerEvent) => {
        drag.current = { x: event.clientX, y: event.clientY };
      },
      onPointerMove: (event: PointerEvent) => {
        const from = drag.current;
        if (!from || event.buttons !== 1) return;
        drag.current = { x: event.clientX, y: event.clientY };
        setView((shown) => ({ ...shown, x: shown.x + event.clientX - from.x, y: shown.y + event.clientY - from.y }));
      },
      onPointerUp: () => {
        drag.current = undefined;
      },
    },
  };
}
