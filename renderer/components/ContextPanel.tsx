import { type ReactNode, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';

/** The frame's side panel: a page fills it, F9 hides it. */
let outlet: HTMLElement | null = null;
const listeners = new Set<() => void>();
let filled = 0;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tell = (): void => {
  for (const listener of [...listeners]) listener();
};

/** Ref callback for the frame's panel element. */
export function setContextPanelOutlet(element: HTMLElement | null): void {
  outlet = element;
  tell();
}

/** Whether a page has something in the panel. */
export const useHasContextPanel = (): boolean => useSyncExternalStore(subscribe, () => filled > 0);

const countShown = (element: HTMLElement | null): (() => void) | undefined => {
  if (!element) return undefined;
  filled += 1;
  tell();
  return () => {
    filled -= 1;
    tell();
  };
};

/** Put this anywhere in a page: its children appear in the side panel. */
export function ContextPanel({ label, children }: { label: string; children: ReactNode }): ReactNode {
  const target = useSyncExternalStore(subscribe, () => outlet);
  if (!target) return null;
  return createPortal(
    <section ref={countShown} className="context-panel-content" aria-label={label}>
      {children}
    </section>,
    target,
  );
}
