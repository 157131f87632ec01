import type { ReactNode } from 'react';
import { actionIds, definitionOf } from '../components/actions/catalogue.ts';
import { chordText } from '../components/actions/chord.ts';
import { keysOf } from '../components/actions/registry.ts';
import { Dialog } from '../components/Dialog.tsx';

const groups = [...new Set(actionIds.map((id) => definitionOf(id).group))];

export function KeySheet({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keys" width="large" onClose={onClose}>
      <div className="key-sheet">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {actionIds
                .filter((id) => definitionOf(id).group === group && keysOf(id).length > 0)
                .map((id) => (
                  <div key={id}>
                    <dt>{definitionOf(id).title}</dt>
                    <dd>
                      {keysOf(id).map((chord) => (
                        <kbd key={chord}>{chordText(chord)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="dim">Change them in Settings, Shortcuts.</p>
    </Dialog>
  );
}
