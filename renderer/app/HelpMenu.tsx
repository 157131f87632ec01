import { type ReactNode, useState } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import { notify } from '../client/notices.ts';
import { KeyHint } from '../components/actions/KeyHint.tsx';
import { isBound, runAction, useActionRegistry } from '../components/actions/registry.ts';
import { Button } from '../components/Button.tsx';
import { Icon } from '../components/Icon.tsx';
import { Popover } from '../components/Popover.tsx';
import { EndDialog } from './EndDialog.tsx';

export function HelpMenu({ onKeys }: { onKeys: () => void }): ReactNode {
  useActionRegistry();
  const { data } = useQueryOf('system.capabilities', {});
  const [isEnding, setEnding] = useState(false);
  const ended = (): void => {
    setEnding(false);
    notify({ tone: 'ok', text: 'Groundglass has ended. You may close this window.' });
  };
  return (
    <>
      <Popover label="Help" button={<Icon name="help" />} className="is-square">
        <div className="menu">
          <Button tone="quiet" icon="keyboard" onClick={onKeys} hint={<KeyHint action="app.keys" />}>
            Keys
          </Button>
          <Button tone="quiet" icon="start" disabled={!isBound('app.guide')} onClick={() => runAction('app.guide')}>
            Show the guide
          </Button>
          <Button tone="quiet" icon="stop" onClick={() => setEnding(true)}>
            End Groundglass
          </Button>
          <p className="menu-note">
            Groundglass {data?.version ?? ''}
            <br />
            For research only. Not a medical device.
            {data?.hostReason ? (
              <>
                <br />
                {data.hostReason}
              </>
            ) : null}
          </p>
        </div>
      </Popover>
      {isEnding ? <EndDialog onClose={() => setEnding(false)} onEnded={ended} /> : null}
    </>
  );
}
