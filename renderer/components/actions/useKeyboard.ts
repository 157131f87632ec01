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

/**
 * A control used with the mouse gives the keyboard back to the page, so that Space is cine and not the last button again.
 * Whoever moves with Tab keeps the focus; dialogs and popovers keep it, too.
 */
function handBackFocus(): () => void {
  let byPointer = false;
  const onPointerDown = (): void => {
    byPointer = true;
  };
  const onKey = (): void => {
    byPointer = false;
  };
  const release = (event: Event): void => {
    const control =
      event.target instanceof Element ? event.target.closest<HTMLElement>('a, button, select, input') : null;
    const isTextField = control instanceof HTMLInputElement && isTextInput(control);
    if (!byPointer || !control || isTextField || control.closest('dialog, [popover]')) return;
    if (event.type === 'click' && control instanceof HTMLSelectElement) return;
    control.blur();
  };
  window.addEventListener('pointerdown', onPointerDown, { capture: true });
  window.addEventListener('keydown', onKey, { capture: true });
  window.addEventListener('click', release);
  window.addEventListener('change', release);
  return () => {
    window.removeEventListener('pointerdown', onPointerDown, { capture: true });
    window.removeEventListener('keydown', onKey, { capture: true });
    window.removeEventListener('click', release);
    window.removeEventListener('change', release);
  };
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
    const stopHandingBack = handBackFocus();
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      stopHandingBack();
    };
  }, []);
}
