import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import { Icon } from '../components/Icon.tsx';
import { findEntries, type PaletteEntry } from './paletteEntries.ts';

/** Search over patients, pages and the actions of the present page. */
export function CommandPalette({ onClose }: { onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { data: worklist } = useQueryOf('worklist.list', {});
  const { data: summary } = useQueryOf('system.summary', {});
  const dialog = useRef<HTMLDialogElement>(null);
  const entries = findEntries(text, worklist?.rows ?? [], summary);
  const at = Math.min(chosen, entries.length - 1);
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  const run = (entry: PaletteEntry | undefined): void => {
    if (!entry) return;
    onClose();
    // After the dialog has gone, so that the action finds the page and not the dialog.
    setTimeout(entry.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen(Math.max(0, Math.min(entries.length - 1, at + step)));
    else if (event.key === 'Enter') run(entries[at]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label="Search and commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      {...{ closedby: 'any' }}
    >
      <div className="palette-input">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Search"
          aria-expanded="true"
          aria-controls="palette-entries"
          aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
          placeholder="Patient, page or command"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="palette-entries" className="palette-entries" role="listbox" aria-label="Found">
        {entries.map((entry, i) => (
          <div
            key={entry.id}
            id={`palette-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            ref={i === at ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onClick={() => run(entry)}
            onKeyDown={onKeyDown}
            onMouseMove={() => setChosen(i)}
          >
            <Icon name={entry.icon} size={16} />
            <span className="truncate">{entry.title}</span>
            <span className="dim">{entry.detail}</span>
          </div>
        ))}
        {entries.length === 0 ? <p className="dim">Nothing found.</p> : null}
      </div>
    </dialog>
  );
}
