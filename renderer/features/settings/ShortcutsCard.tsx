import { type ReactNode, useEffect, useState } from 'react';
import { useSetting } from '../../client/settings.ts';
import { type ActionId, actionIds, definitionOf } from '../../components/actions/catalogue.ts';
import { chordOf, chordText } from '../../components/actions/chord.ts';
import { findConflicts, keysOf, remap, remappedKeys, useActionRegistry } from '../../components/actions/registry.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';

const groups = [...new Set(actionIds.map((id) => definitionOf(id).group))];

/** Every action with its keys; a click on the keys waits for the new one. */
export function ShortcutsCard(): ReactNode {
  useActionRegistry();
  const [, save] = useSetting('shortcuts');
  const [waiting, setWaiting] = useState<ActionId>();
  const conflicts = findConflicts();
  const change = (id: ActionId, keys: readonly string[] | undefined): void => {
    const { [id]: _, ...others } = remappedKeys();
    const next = keys ? { ...others, [id]: keys } : others;
    remap(next);
    save(JSON.stringify(next));
  };
  useNextChord(waiting !== undefined, (chord) => {
    if (waiting && chord !== 'Escape') change(waiting, [chord]);
    setWaiting(undefined);
  });
  return (
    <Card title="Shortcuts">
      {conflicts.length > 0 ? (
        <ul className="field-error" role="alert">
          {conflicts.map(({ chord, actions }) => (
            <li key={chord}>
              {chordText(chord)} means both {actions.map((id) => `“${definitionOf(id).title}”`).join(' and ')}. Only the
              first is done.
            </li>
          ))}
        </ul>
      ) : null}
      <div className="shortcut-groups">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            {actionIds
              .filter((id) => definitionOf(id).group === group)
              .map((id) => (
                <div key={id} className="shortcut">
                  <span>{definitionOf(id).title}</span>
                  {remappedKeys()[id] ? (
                    <Button tone="quiet" onClick={() => change(id, undefined)}>
                      Default
                    </Button>
                  ) : null}
                  <Button
                    aria-label={`Key for ${definitionOf(id).title}`}
                    aria-pressed={waiting === id}
                    onClick={() => setWaiting(waiting === id ? undefined : id)}
                  >
                    {waiting === id ? 'press a key' : keysOf(id).map(chordText).join(', ') || 'none'}
                  </Button>
                </div>
              ))}
          </section>
        ))}
      </div>
    </Card>
  );
}

/** Takes the next key press away from everything else. */
function useNextChord(isWaiting: boolean, onChord: (chord: string) => void): void {
  useEffect(() => {
    if (!isWaiting) return;
    const listener = (event: KeyboardEvent): void => {
      const chord = chordOf(event);
      if (!chord) return;
      event.preventDefault();
      event.stopPropagation();
      onChord(chord);
    };
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, [isWaiting, onChord]);
}
