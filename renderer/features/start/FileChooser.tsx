import { type ReactNode, useState } from 'react';
import type { FileEntry as FileEntrySchema } from '../../../main/contract/system.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { shell } from '../../client/shell.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount, formatBytes } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { importPaths } from './currentImport.ts';

type FileEntry = ReturnType<typeof FileEntrySchema.parse>;

const needsMetadata = /\.(png|jpe?g|nii|nii\.gz)$/i;
const isTable = (entry: FileEntry): boolean => entry.kind === 'file' && entry.name.toLowerCase().endsWith('.csv');

/** Chooses folders and files of the machine the core runs on, and the metadata table where pictures need one. */
export function FileChooser({ onClose }: { onClose: () => void }): ReactNode {
  const [path, setPath] = useState<string>();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [metadata, setMetadata] = useState('');
  const [copy, setCopy] = useState(false);
  const listing = useQueryOf('files.list', path === undefined ? {} : { path }, { staleTimeMs: 0, keepPrevious: true });
  // Until the first answer the field shows what was asked for.
  const folder = listing.data?.path ?? path ?? '';
  const entries = listing.data?.entries ?? [];
  const tables = entries.filter(isTable);
  const goTo = (next: string): void => {
    setPath(next);
    setTyped('');
    setChosen(new Set());
    setMetadata('');
  };
  const toggle = (entry: FileEntry): void => {
    const next = new Set(chosen);
    if (!next.delete(entry.path)) next.add(entry.path);
    setChosen(next);
  };
  const start = (): void => {
    void importPaths(chosen.size > 0 ? [...chosen] : [folder], { metadata, copy });
    onClose();
  };
  const pick = async (kind: 'files' | 'folder'): Promise<void> => {
    const paths = (await shell?.pickFiles(kind)) ?? [];
    if (paths.length === 0) return;
    void importPaths(paths, { metadata, copy });
    onClose();
  };
  const hasPictures = entries.some(({ name }) => needsMetadata.test(name));
  return (
    <Dialog
      title="Open images"
      width="large"
      onClose={onClose}
      footer={
        <>
          <p className="dim chooser-sum">
            {chosen.size > 0
              ? `${formatAmount(chosen.size, 'item')} chosen`
              : 'The whole folder with all that is in it'}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" onClick={start} disabled={!folder}>
            {chosen.size > 0 ? 'Import the chosen' : 'Import this folder'}
          </Button>
        </>
      }
    >
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
          value={typed || folder}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Go</Button>
      </form>
      {shell ? (
        <div className="row chooser-path">
          <Button icon="folder" onClick={() => void pick('folder')}>
            System dialog: a folder
          </Button>
          <Button icon="file" onClick={() => void pick('files')}>
            System dialog: files
          </Button>
        </div>
      ) : null}
      {listing.error ? <ErrorState text={errorText(listing.error)} /> : null}
      <ul className="chooser-list" aria-label="What is in it">
        {entries.map((entry) => (
          <li key={entry.path}>
            <input
              type="checkbox"
              aria-label={`Choose ${entry.name}`}
              checked={chosen.has(entry.path)}
              onChange={() => toggle(entry)}
            />
            <button
              type="button"
              className="chooser-entry"
              onClick={() => (entry.kind === 'folder' ? goTo(entry.path) : toggle(entry))}
            >
              <Icon name={entry.kind} size={16} />
              <span className="truncate">{entry.name}</span>
              <span className="dim">{entry.kind === 'file' ? formatBytes(entry.sizeBytes) : ''}</span>
            </button>
          </li>
        ))}
        {listing.data && entries.length === 0 ? <li className="dim">This folder is empty.</li> : null}
      </ul>
      <Switch
        label={
          <>
            Copy the images into the workspace{' '}
            <span className="dim">
              {copy
                ? 'The originals may go afterwards.'
                : 'Otherwise they stay where they are and are read from there.'}
            </span>
          </>
        }
        isOn={copy}
        onChange={setCopy}
      />
      {tables.length > 0 ? (
        <Select
          label="Metadata table for PNG, JPEG and NIfTI (columns file, patient_id, ...)"
          value={metadata}
          options={[
            { value: '', title: 'none: DICOM files only' },
            ...tables.map((table) => ({ value: table.path, title: table.name })),
          ]}
          onChange={setMetadata}
        />
      ) : hasPictures ? (
        <p className="dim">
          PNG, JPEG and NIfTI files need a CSV table that says which patient each belongs to (columns file and
          patient_id). Put it in this folder; it can then be chosen here.
        </p>
      ) : null}
    </Dialog>
  );
}
