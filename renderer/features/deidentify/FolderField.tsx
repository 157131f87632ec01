import { type ReactNode, useState } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { shell } from '../../client/shell.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Icon } from '../../components/Icon.tsx';
import { TextField } from '../../components/TextField.tsx';

interface FolderFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
}

/** A folder on the core's machine: typed, chosen from its folders, or by the system's dialog where there is one. */
export function FolderField({ label, value, onChange }: FolderFieldProps): ReactNode {
  const [isBrowsing, setBrowsing] = useState(false);
  const pick = async (): Promise<void> => {
    if (!shell) return setBrowsing(!isBrowsing);
    const [path] = await shell.pickFiles('folder');
    if (path) onChange(path);
  };
  return (
    <div className="stack">
      <div className="folder-field">
        <TextField label={label} value={value} onChange={onChange} spellCheck={false} />
        <Button icon="folder" aria-expanded={shell ? undefined : isBrowsing} onClick={() => void pick()}>
          Browse
        </Button>
      </div>
      {isBrowsing ? <Folders onChoose={onChange} /> : null}
    </div>
  );
}

function Folders({ onChoose }: { onChoose: (path: string) => void }): ReactNode {
  const [path, setPath] = useState<string>();
  const { data, error } = useQueryOf('files.list', path === undefined ? {} : { path }, {
    staleTimeMs: 0,
    keepPrevious: true,
  });
  const goTo = (next: string): void => {
    setPath(next);
    onChoose(next);
  };
  const parent = data?.parent;
  const folders = (data?.entries ?? []).filter(({ kind }) => kind === 'folder');
  return (
    <div className="folder-list">
      <div className="row">
        <Button icon="chevronUp" disabled={!parent} onClick={() => parent && goTo(parent)}>
          Up
        </Button>
        <span className="truncate dim">{data?.path}</span>
      </div>
      {error ? <ErrorState text={errorText(error)} /> : null}
      <ul aria-label="Folders in it">
        {folders.map((entry) => (
          <li key={entry.path}>
            <button type="button" onClick={() => goTo(entry.path)}>
              <Icon name="folder" size={16} />
              <span className="truncate">{entry.name}</span>
            </button>
          </li>
        ))}
        {data && folders.length === 0 ? <li className="dim">No folders here.</li> : null}
      </ul>
    </div>
  );
}
