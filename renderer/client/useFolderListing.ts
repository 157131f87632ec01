import { useState } from 'react';
import { errorText, useQueryOf } from './hooks.ts';

/** Walks the folders of the core's machine, from where the core proposes. Nothing is read while `isOpen` is false. */
export function useFolderListing(isOpen = true) {
  const [asked, goTo] = useState<string>();
  const { data, error } = useQueryOf('files.list', asked === undefined ? {} : { path: asked }, {
    enabled: isOpen,
    staleTimeMs: 0,
    keepPrevious: true,
  });
  return {
    path: data?.path ?? asked ?? '',
    parent: data?.parent,
    entries: data?.entries ?? [],
    isRead: data !== undefined,
    problem: error ? errorText(error) : undefined,
    goTo,
  };
}
