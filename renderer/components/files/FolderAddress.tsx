import { type ReactNode, useState } from 'react';
import { Button } from '../Button.tsx';
import { ErrorState } from '../ErrorState.tsx';
import type { FolderListing } from './folderListing.ts';
import './files.css';

/** Where we are: one up, or typed and Go. */
export function FolderAddress({ listing }: { listing: FolderListing }): ReactNode {
  const { path, parent, problem, goTo } = listing;
  const [typed, setTyped] = useState<string>();
  const go = (to: string | undefined): void => {
    setTyped(undefined);
    if (to) goTo(to);
  };
  return (
    <>
      <form
        className="folder-address"
        onSubmit={(event) => {
          event.preventDefault();
          go(typed);
        }}
      >
        <Button icon="chevronUp" disabled={!parent} onClick={() => go(parent)}>
          Up
        </Button>
        <input
          className="input"
          aria-label="Folder"
          value={typed ?? path}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Go</Button>
      </form>
      {problem ? <ErrorState text={problem} /> : null}
    </>
  );
}
