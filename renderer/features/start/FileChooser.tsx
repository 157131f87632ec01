import { type ReactNode, useState } from 'react';
import { shell } from '../../client/shell.ts';
import { useFolderListing } from '../../client/useFolderListing.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { FolderAddress } from '../../components/files/FolderAddress.tsx';
import { FolderContents } from '../../components/files/FolderContents.tsx';
import type { FileEntry } from '../../components/files/folderListing.ts';
import { formatAmount } from '../../components/format.ts';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { importPaths } from './currentImport.ts';

const needsMetadata = /\.(png|jpe?g|nii|nii\.gz)$/i;
const isTable = (entry: FileEntry): boolean => entry.kind === 'file' && entry.name.toLowerCase().endsWith('.csv');

/** Chooses folders and files of the machine the core runs on, and the metadata table where pictures need one. */
export function FileChooser({ onClose }: { onClose: () => void }): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [metadata, setMetadata] = useState('');
  const [copy, setCopy] = useState(false);
  const folders = useFolderListing();
  const goTo = (next: string): void => {
    folders.goTo(next);
    setChosen(new Set());
    setMetadata('');
  };
  const listing = { ...folders, goTo };
  const { path: folder, entries } = listing;
  const tables = entries.filter(isTable);
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
      <FolderAddress listing={listing} />
      {shell ? (
        <div className="row chooser-system">
          <Button icon="folder" onClick={() => void pick('folder')}>
            System dialog: a folder
          </Button>
          <Button icon="file" onClick={() => void pick('files')}>
            System dialog: files
          </Button>
        </div>
      ) : null}
      <FolderContents
        listing={listing}
        height="tall"
        label="What is in it"
        whenEmpty="This folder is empty."
        onFile={toggle}
        mark={(entry) => (
          <input
            type="checkbox"
            aria-label={`Choose ${entry.name}`}
            checked={chosen.has(entry.path)}
            onChange={() => toggle(entry)}
          />
        )}
      />
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
