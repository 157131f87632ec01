import type { ReactNode } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import { formatBytes } from '../components/format.ts';

export function StatusBar(): ReactNode {
  const { data: status } = useQueryOf('system.status', {}, { refetchEveryMs: 30_000 });
  return (
    <footer className="status-bar">
      {status ? (
        <>
          <span className="truncate">device: {status.device}</span>
          <span>{formatBytes(status.freeBytes)} free</span>
          <span>offline</span>
        </>
      ) : null}
      <span className="status-bar-use">research use only, not a medical device</span>
    </footer>
  );
}
