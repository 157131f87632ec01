import type { CDPSession, Page } from '@playwright/test';

/** One input event and what followed, ms. */
export interface Measured {
  readonly fromHandler: number;
  /** Until the frame with it, texts and layout included, has left the main thread. */
  readonly toFrame: number;
  readonly fromStamp: number;
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
  const painted = new Set<EventTarget>();
  const shown = new WeakMap<EventTarget, string>();
  const note = (event: Event): void => {
    if (!waiting || input || event.type !== waiting.type) return;
    input = { at: performance.now(), stamp: event.timeStamp };
    painted.clear();
  };
  window.addEventListener('wheel', note, { capture: true, passive: true });
  window.addEventListener('pointermove', note, { capture: true, passive: true });
  const nextFrame = window.requestAnimationFrame.bind(window);
  document.addEventListener(
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
          resolve({ fromHandler: now - from.at, toFrame, fromStamp: now - from.stamp });
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

/** Processor time of the page's main thread so far, ms: what waits for a processor does not count. */
export async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
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
