import type { ReactNode } from 'react';
import { shell } from '../../client/shell.ts';
import { useFolderListing } from '../../client/useFolderListing.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { FolderAddress } from '../../components/files/FolderAddress.tsx';
import { FolderContents } from '../../components/files/FolderContents.tsx';
import { locateIn } from './currentImport.ts';

/** Chooses the folder below which files that were moved are looked for. */
export function LocateDialog({ onClose }: { onClose: () => void }): ReactNode {
  const listing = useFolderListing();
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
          <Button tone="primary" onClick={() => start(listing.path)} disabled={!listing.path}>
            Look in this folder
          </Button>
        </>
      }
    >
      <p className="dim">
        Files that are no longer where they were are recognised by their content, whatever they are called now. Files
        with other content are never taken for them.
      </p>
      <FolderAddress listing={listing} />
      {shell ? (
        <div className="row chooser-system">
          <Button icon="folder" onClick={() => void pick()}>
            System dialog: a folder
          </Button>
        </div>
      ) : null}
      <FolderContents
        listing={listing}
        height="tall"
        label="Folders in it"
        whenEmpty="There is no folder in it."
        isShown={({ kind }) => kind === 'folder'}
      />
    </Dialog>
  );
}
