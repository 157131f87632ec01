import type { ReactNode } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import { KeyHint } from '../components/actions/KeyHint.tsx';
import { Icon } from '../components/Icon.tsx';
import { HelpMenu } from './HelpMenu.tsx';
import { JobsMenu } from './JobsMenu.tsx';
import { ReaderPicker } from './ReaderPicker.tsx';

export function TopBar({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }): ReactNode {
  const { data: status } = useQueryOf('system.status', {}, { refetchEveryMs: 30_000 });
  return (
    <header className="top-bar">
      <strong className="top-bar-name truncate" title={status?.workspacePath}>
        {status?.workspaceName ?? 'Groundglass'}
      </strong>
      <button type="button" className="search-button" onClick={onSearch}>
        <Icon name="search" size={15} />
        <span>Search patients, pages, commands</span>
        <KeyHint action="app.palette" />
      </button>
      <JobsMenu />
      <ReaderPicker />
      <HelpMenu onKeys={onKeys} />
    </header>
  );
}
