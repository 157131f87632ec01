import type { ReactNode } from 'react';
import type { ActionId } from './catalogue.ts';
import { chordText } from './chord.ts';
import { keysOf, useActionRegistry } from './registry.ts';

/** The first key of an action, as shown beside buttons. */
export function KeyHint({ action }: { action: ActionId }): ReactNode {
  useActionRegistry();
  const chord = keysOf(action)[0];
  return chord === undefined ? null : <kbd>{chordText(chord)}</kbd>;
}
