import type { ReactNode } from 'react';
import { Button } from '../Button.tsx';
import { ErrorState } from '../ErrorState.tsx';
import { TextField } from '../TextField.tsx';
import { FolderContents } from './FolderContents.tsx';
import type { FileEntry, FolderListing } from './folderListing.ts';
import './files.css';

/** Looks for a path on the core's machine, as `usePathBrowser` of the client does. */
export interface PathBrowser {
  readonly isOpen: boolean;
  /** A dialog of the system takes the place of the list. */
  readonly hasDialog: boolean;
  readonly open: () => void;
  readonly listing: FolderListing;
  readonly isShown: (entry: FileEntry) => boolean;
  readonly choose: (path: string) => void;
}

interface PathFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly browser: PathBrowser;
  readonly hint?: string;
}

/** A path on the core's machine: typed, chosen from its folders, or by the system's dialog where there is one. */
export function PathField({ label, value, onChange, browser, hint }: PathFieldProps): ReactNode {
  return (
    <div className="stack">
      <div className="path-field">
        <TextField label={label} value={value} onChange={onChange} spellCheck={false} hint={hint} />
        <Button icon="folder" aria-expanded={browser.hasDialog ? undefined : browser.isOpen} onClick={browser.open}>
          Browse
        </Button>
      </div>
      {browser.isOpen ? <Browsing browser={browser} /> : null}
    </div>
  );
}

function Browsing({ browser: { listing, isShown, choose } }: { browser: PathBrowser }): ReactNode {
  const { path, parent, problem, goTo } = listing;
  return (
    <div className="path-browser">
      <div className="row">
        <Button icon="chevronUp" disabled={!parent} onClick={() => parent && goTo(parent)}>
          Up
        </Button>
        <span className="truncate dim">{path}</span>
      </div>
      {problem ? <ErrorState text={problem} /> : null}
      <FolderContents
        listing={listing}
        height="short"
        label="Contents of the folder"
        whenEmpty="Nothing to choose here."
        isShown={isShown}
        onFile={(entry) => choose(entry.path)}
      />
    </div>
  );
}
