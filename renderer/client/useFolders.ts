import { useState } from 'react';
import { errorText, tellError, useQueryOf } from './hooks.ts';
import { shell } from './shell.ts';

/** Browsing the folders of the core's machine, or the system's dialog where there is one; each step chooses. */
export function useFolders(onChoose: (path: string) => void) {
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState<string>();
  const { data, error } = useQueryOf('files.list', at === undefined ? {} : { path: at }, {
    enabled: isOpen,
    staleTimeMs: 0,
    keepPrevious: true,
  });
  const open = (): void => {
    if (!shell) {
      setOpen(!isOpen);
      return;
    }
    shell
      .pickFiles('folder')
      .then(([path]) => path && onChoose(path))
      .catch(tellError);
  };
  return {
    isOpen,
    hasDialog: shell !== undefined,
    open,
    path: data?.path,
    parent: data?.parent ?? undefined,
    folders: (data?.entries ?? []).filter(({ kind }) => kind === 'folder'),
    problem: error ? errorText(error) : undefined,
    goTo: (path: string): void => {
      setAt(path);
      onChoose(path);
    },
  };
}
