import { type ReactNode, useState } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { shell } from '../../client/shell.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Icon } from '../../components/Icon.tsx';
import { locateIn } from './currentImport.ts';

/** Chooses the folder below which files that were moved are looked for. */
export function LocateDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [path, setPath] = useState<string>();
  const [typed, setTyped] = useState<string>();
  const listing = useQueryOf('files.list', path === undefined ? {} : { path }, { staleTimeMs: 0, keepPrevious: true });
  const folder = listing.data?.path ?? '';
  const folders = (listing.data?.entries ?? []).filter(({ kind }) => kind === 'folder');
  const goTo = (next: string): void => {
    setPath(next);
    setTyped(undefined);
  };
  const start = (root: string): void => {
    void locateIn(root);
    onClose();
  };
  const pick = async (): Promise<void> => {
    const [root] = (await shell?.pickFiles('folder')) ?? [];
    if (root !== undefined) start(root);
  };
  return (
    <Dialog
      title="Locate moved files"
      width="large"
      onClose={onClose}
      footer={
        <>
          <p className="dim chooser-sum">In this folder and all below it</p>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" onClick={() => start(folder)} disabled={!folder}>
            Look in this folder
          </Button>
        </>
      }
    >
      <p className="dim">
        Files that are no longer where they were are recognised by their content, whatever they are called now. Files
        with other content are never taken for them.
      </p>
      <form
        className="chooser-path"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed) goTo(typed);
        }}
      >
        <Button
          icon="chevronUp"
          disabled={!listing.data?.parent}
          onClick={() => listing.data?.parent && goTo(listing.data.parent)}
        >
          Up
        </Button>
        <input
          className="input"
          aria-label="Folder"
          value={typed ?? folder}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Go</Button>
      </form>
      {shell ? (
        <div className="row chooser-path">
          <Button icon="folder" onClick={() => void pick()}>
            System dialog: a folder
          </Button>
        </div>
      ) : null}
      {listing.error ? <ErrorState text={errorText(listing.error)} /> : null}
      <ul className="chooser-list" aria-label="Folders in it">
        {folders.map((entry) => (
          <li key={entry.path}>
            <button type="button" className="chooser-entry" onClick={() => goTo(entry.path)}>
              <Icon name="folder" size={16} />
              <span className="truncate">{entry.name}</span>
            </button>
          </li>
        ))}
        {listing.data && folders.length === 0 ? <li className="dim">There is no folder in it.</li> : null}
      </ul>
    </Dialog>
  );
}
