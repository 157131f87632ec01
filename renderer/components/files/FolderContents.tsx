import type { ReactNode } from 'react';
import { formatBytes } from '../format.ts';
import { Icon } from '../Icon.tsx';
import type { FileEntry, FolderListing } from './folderListing.ts';
import './files.css';

interface FolderContentsProps {
  readonly listing: FolderListing;
  /** `tall` fills a dialog; `short` stands in a form. */
  readonly height: 'tall' | 'short';
  readonly label: string;
  readonly whenEmpty: string;
  readonly isShown?: (entry: FileEntry) => boolean;
  /** Folders are always gone into. */
  readonly onFile?: (entry: FileEntry) => void;
  /** Before each name, a box to choose it with for one. */
  readonly mark?: (entry: FileEntry) => ReactNode;
}

/** What is in the folder. */
export function FolderContents(props: FolderContentsProps): ReactNode {
  const { listing, height, label, whenEmpty, isShown, onFile, mark } = props;
  const entries = isShown ? listing.entries.filter(isShown) : listing.entries;
  return (
    <ul className={`folder-contents is-${height}`} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.path}>
          {mark?.(entry)}
          <button type="button" onClick={() => (entry.kind === 'folder' ? listing.goTo(entry.path) : onFile?.(entry))}>
            <Icon name={entry.kind} size={16} />
            <span className="truncate">{entry.name}</span>
            <span className="dim">{entry.kind === 'file' ? formatBytes(entry.sizeBytes) : ''}</span>
          </button>
        </li>
      ))}
      {listing.isRead && entries.length === 0 ? <li className="dim">{whenEmpty}</li> : null}
    </ul>
  );
}
