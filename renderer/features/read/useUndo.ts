import { useRef, useState } from 'react';
import { notify } from '../../client/notices.ts';

/** One change of labels. Both directions write new revisions; they answer whether they were saved. */
export interface Change {
  readonly title: string;
  readonly undo: () => Promise<boolean>;
  readonly redo: () => Promise<boolean>;
}

export interface Undo {
  readonly push: (change: Change) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** The changes of this visit to the page, in order. A step is only taken when the one before it has been saved. */
export function useUndo(): Undo {
  const done = useRef<Change[]>([]);
  const undone = useRef<Change[]>([]);
  const isBusy = useRef(false);
  const [, redraw] = useState(0);
  const refresh = (): void => redraw((n) => n + 1);
  const step = async (from: Change[], to: Change[], way: 'undo' | 'redo'): Promise<void> => {
    const change = from.at(-1);
    if (!change || isBusy.current) return;
    isBusy.current = true;
    const isSaved = await change[way]().finally(() => {
      isBusy.current = false;
    });
    if (!isSaved) return;
    from.pop();
    to.push(change);
    notify({ tone: 'info', text: `${way === 'undo' ? 'Undone' : 'Done again'}: ${change.title}.` });
    refresh();
  };
  return {
    push: (change) => {
      done.current.push(change);
      undone.current = [];
      refresh();
    },
    undo: () => void step(done.current, undone.current, 'undo'),
    redo: () => void step(undone.current, done.current, 'redo'),
    canUndo: done.current.length > 0,
    canRedo: undone.current.length > 0,
  };
}
