import * as cornerstone from 'cornerstone-core';

/**
 * Enables an element and returns what paints it at once. Cornerstone itself paints what has changed in its next animation
 * frame, which for images that come from a worker is up to a frame later; its painting function is what it hands to
 * requestAnimationFrame when an element is enabled. Its own frames go on, for what its tools change.
 */
export function enableWithPainter(element: HTMLElement): () => void {
  let step: FrameRequestCallback | undefined;
  const usual = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) => {
    step = callback;
    return usual.call(window, callback);
  };
  try {
    cornerstone.enable(element);
  } finally {
    window.requestAnimationFrame = usual;
  }
  return () => {
    // A second chain of frames must not begin with each painting.
    const now = window.requestAnimationFrame;
    window.requestAnimationFrame = (callback) => (callback === step ? 1 : now.call(window, callback));
    try {
      step?.(performance.now());
    } finally {
      window.requestAnimationFrame = now;
    }
  };
}
