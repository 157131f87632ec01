import type { ReactNode } from 'react';
import { useConnectionStatus } from '../client/hooks.ts';
import { Icon } from '../components/Icon.tsx';

export function ConnectionBanner(): ReactNode {
  const status = useConnectionStatus();
  if (status !== 'lost') return null;
  return (
    <p className="banner" role="alert">
      <Icon name="warning" size={16} />
      <span>
        Groundglass does not answer. What was marked as saved is safe; running jobs go on or resume. Reconnecting. If
        this stays, start it again with <code>npm start</code> and use the new address.
      </span>
    </p>
  );
}
