import { useEffect } from 'react';
import { chordOf } from './chord.ts';
import { actionFor, runAction } from './registry.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    isTextInput(target));

const isTextInput = (target: HTMLElement): boolean =>
  target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type);

/** Enter and Space belong to a focused button or link, arrows to a slider. */
function belongsToControl(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  const chord = chordOf(event);
  if (target instanceof HTMLInputElement && target.type === 'range') return /^(Arrow|Page|Home|End)/.test(chord ?? '');
  const isPressable = target.closest('button, a, summary, [role=tab], input') !== null;
  return isPressable && (chord === 'Enter' || chord === 'Space');
}

/** The one keyboard listener of the window. */
export function useKeyboard(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
      if (isTyping(event.target) && !event.ctrlKey && !event.metaKey && !/^F\d/.test(event.key)) return;
      if (belongsToControl(event)) return;
      const action = actionFor(event);
      if (!action) return;
      event.preventDefault();
      runAction(action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
