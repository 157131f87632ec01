import type { ReactNode } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import { formatBytes } from '../components/format.ts';
import { formatRoute } from '../components/navigation.ts';

export function StatusBar(): ReactNode {
  const { data: status } = useQueryOf('system.status', {}, { refetchEveryMs: 30_000 });
  return (
    <footer className="status-bar">
      {status ? (
        <>
          <a className="truncate" href={formatRoute('settings', ['devices'])} title="Devices and their tests">
            device: {status.device}
          </a>
          <span>{formatBytes(status.freeBytes)} free</span>
          <span>offline</span>
        </>
      ) : null}
      <span className="status-bar-use">research use only, not a medical device</span>
    </footer>
  );
}
