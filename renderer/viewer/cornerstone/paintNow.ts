import * as cornerstone from 'cornerstone-core';

/** What paints an enabled element at once, if anything about it has changed. */
const painters = new Map<HTMLElement, () => void>();
const dueSoon = new Set<HTMLElement>();

/**
 * Enables an element and returns what paints it at once. Cornerstone itself asks for one animation frame after the other, as
 * long as an element is enabled, and looks in each whether something has changed: images come up to a frame late, and the page
 * never rests. Its painting function is what it hands to requestAnimationFrame; here that is called when there is something
 * to paint, and the frames are never asked for.
 */
export function enableWithPainter(element: HTMLElement): () => void {
  let step: FrameRequestCallback | undefined;
  const { requestAnimationFrame } = window;
  window.requestAnimationFrame = (callback) => {
    step = callback;
    return 1;
  };
  try {
    cornerstone.enable(element);
  } finally {
    window.requestAnimationFrame = requestAnimationFrame;
  }
  const paint = (): void => {
    const now = window.requestAnimationFrame;
    window.requestAnimationFrame = (callback) => (callback === step ? 1 : now.call(window, callback));
    try {
      step?.(performance.now());
    } finally {
      window.requestAnimationFrame = now;
    }
  };
  painters.set(element, paint);
  return paint;
}

export function disable(element: HTMLElement): void {
  painters.delete(element);
  cornerstone.disable(element);
}

/** Marks an element as changed and paints it in the next frame: for what cornerstone's tools change. */
export function updateSoon(element: HTMLElement, isInvalid = false): void {
  cornerstone.updateImage(element, isInvalid);
  if (dueSoon.has(element)) return;
  dueSoon.add(element);
  requestAnimationFrame(() => {
    dueSoon.delete(element);
    painters.get(element)?.();
  });
}
