import { useState } from 'react';
import { tellError } from './hooks.ts';
import { shell } from './shell.ts';
import { useFolderListing } from './useFolderListing.ts';

interface PathBrowserOptions {
  readonly kind: 'file' | 'folder';
  /** Names of files that can be chosen. */
  readonly accept?: RegExp;
  readonly onChoose: (path: string) => void;
}

/**
 * Looks for a file or a folder of the core's machine, with the system's dialog where there is one. Each folder that is
 * gone into is the chosen one, where a folder is wanted; choosing a file ends the search.
 */
export function usePathBrowser({ kind, accept, onChoose }: PathBrowserOptions) {
  const [isOpen, setOpen] = useState(false);
  const listing = useFolderListing(isOpen);
  const open = (): void => {
    if (!shell) {
      setOpen(!isOpen);
      return;
    }
    shell
      .pickFiles(kind === 'file' ? 'files' : 'folder')
      .then(([path]) => path && onChoose(path))
      .catch(tellError);
  };
  const goTo = (path: string): void => {
    listing.goTo(path);
    if (kind === 'folder') onChoose(path);
  };
  const isShown = (entry: { readonly kind: string; readonly name: string }): boolean =>
    entry.kind === 'folder' || (kind === 'file' && (!accept || accept.test(entry.name)));
  const choose = (path: string): void => {
    onChoose(path);
    setOpen(false);
  };
  return { isOpen, hasDialog: shell !== undefined, open, listing: { ...listing, goTo }, isShown, choose };
}
