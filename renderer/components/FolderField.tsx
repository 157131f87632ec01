import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { ErrorState } from './ErrorState.tsx';
import { Icon } from './Icon.tsx';
import { TextField } from './TextField.tsx';

/** The folders of the core's machine, as `useFolders` of the client knows them. */
export interface FolderBrowser {
  readonly isOpen: boolean;
  /** A dialog of the system takes the place of the list. */
  readonly hasDialog: boolean;
  readonly open: () => void;
  /** What is listed; undefined while it is being read. */
  readonly path: string | undefined;
  readonly parent: string | undefined;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  readonly problem: string | undefined;
  readonly goTo: (path: string) => void;
}

interface FolderFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly browser: FolderBrowser;
}

/** A folder on the core's machine: typed, chosen from its folders, or by the system's dialog where there is one. */
export function FolderField({ label, value, onChange, browser }: FolderFieldProps): ReactNode {
  return (
    <div className="stack">
      <div className="folder-field">
        <TextField label={label} value={value} onChange={onChange} spellCheck={false} />
        <Button icon="folder" aria-expanded={browser.hasDialog ? undefined : browser.isOpen} onClick={browser.open}>
          Browse
        </Button>
      </div>
      {browser.isOpen ? <Folders browser={browser} /> : null}
    </div>
  );
}

function Folders({ browser }: { browser: FolderBrowser }): ReactNode {
  const { path, parent, folders, problem, goTo } = browser;
  return (
    <div className="folder-list">
      <div className="row">
        <Button icon="chevronUp" disabled={!parent} onClick={() => parent && goTo(parent)}>
          Up
        </Button>
        <span className="truncate dim">{path}</span>
      </div>
      {problem ? <ErrorState text={problem} /> : null}
      <ul aria-label="Folders in it">
        {folders.map((folder) => (
          <li key={folder.path}>
            <button type="button" onClick={() => goTo(folder.path)}>
              <Icon name="folder" size={16} />
              <span className="truncate">{folder.name}</span>
            </button>
          </li>
        ))}
        {path !== undefined && folders.length === 0 ? <li className="dim">No folders here.</li> : null}
      </ul>
    </div>
  );
}
