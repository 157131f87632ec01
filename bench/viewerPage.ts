import type { Page } from '@playwright/test';

/** One input event and what followed, ms. */
export interface Measured {
  readonly fromHandler: number;
  /** Until the frame with it, texts and layout included, has left the main thread. */
  readonly toFrame: number;
  readonly fromStamp: number;
  /** Event handlers, message handlers and drawing together. */
  readonly busy: number;
}

interface Watch {
  /** Null where nothing new was painted within a second. */
  expect(type: string, elements: number): Promise<Measured | null>;
}

/** Runs in the page before its own scripts: notes when input arrives and when viewports have painted a new image. */
export function watchPainting(): void {
  type Waiting = { type: string; elements: number; resolve: (measured: Measured | null) => void };
  let waiting: Waiting | undefined;
  let input: { at: number; stamp: number } | undefined;
  let busy = 0;
  const painted = new Set<EventTarget>();
  const shown = new WeakMap<EventTarget, string>();
  const note = (event: Event): void => {
    if (!waiting || input || event.type !== waiting.type) return;
    input = { at: performance.now(), stamp: event.timeStamp };
    painted.clear();
    busy = 0;
  };
  window.addEventListener('wheel', note, { capture: true, passive: true });
  window.addEventListener('pointermove', note, { capture: true, passive: true });
  // Each task of the page's own code: input, messages, animation frames.
  const timed = <F extends (...parameters: never[]) => unknown>(run: F): F =>
    ((...parameters: never[]) => {
      const start = performance.now();
      try {
        return run(...parameters);
      } finally {
        busy += performance.now() - start;
      }
    }) as F;
  const nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => nextFrame(timed(callback));
  const addListener = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (
    this: EventTarget,
    type: string,
    listener: EventListener | null,
    options,
  ) {
    const isInput = type === 'wheel' || type === 'pointermove' || type === 'message';
    const wrapped =
      isInput && typeof listener === 'function' ? timed(listener as (...p: never[]) => unknown) : listener;
    addListener.call(this, type, wrapped as EventListener, options);
  } as typeof addListener;
  addListener.call(
    document,
    'cornerstoneimagerendered',
    (event: Event) => {
      const { target } = event;
      const { image } = (event as CustomEvent<{ image: { imageId: string } }>).detail;
      if (!target || shown.get(target) === image.imageId) return;
      shown.set(target, image.imageId);
      if (!waiting || !input) return;
      painted.add(target);
      if (painted.size < waiting.elements) return;
      const [now, { resolve }, from] = [performance.now(), waiting, input];
      waiting = undefined;
      input = undefined;
      // What comes after the callbacks of the next frame comes after its style and layout.
      nextFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          const toFrame = performance.now() - from.at;
          resolve({ fromHandler: now - from.at, toFrame, fromStamp: now - from.stamp, busy });
        };
        port2.postMessage(undefined);
      });
    },
    { capture: true },
  );
  const watch: Watch = {
    expect: (type, elements) =>
      new Promise((resolve) => {
        const mine: Waiting = { type, elements, resolve };
        waiting = mine;
        setTimeout(() => {
          if (waiting !== mine) return;
          waiting = undefined;
          input = undefined;
          resolve(null);
        }, 1000);
      }),
  };
  Object.assign(window, { groundglassBench: watch });
}

/** The next event of this type, once `elements` viewports have painted an image they did not show before. */
export function settle(page: Page, type: 'wheel' | 'pointermove', elements: number): Promise<Measured | null> {
  return page.evaluate(
    ([wanted, count]) => (window as unknown as { groundglassBench: Watch }).groundglassBench.expect(wanted, count),
    [type, elements] as const,
  );
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
