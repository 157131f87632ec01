import { type ReactNode, useState } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { shell } from '../../client/shell.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatBytes } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { TextField } from '../../components/TextField.tsx';

interface PathFieldProps {
  readonly label: string;
  readonly kind: 'file' | 'folder';
  /** Which files can be chosen. */
  readonly accept?: RegExp;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly hint?: string;
}

/** A path on the core's machine: typed, chosen from its folders, or by the system's dialog where there is one. */
export function PathField({ label, kind, accept, value, onChange, hint }: PathFieldProps): ReactNode {
  const [isBrowsing, setBrowsing] = useState(false);
  const pick = async (): Promise<void> => {
    if (!shell) return setBrowsing(!isBrowsing);
    const [path] = await shell.pickFiles(kind === 'file' ? 'files' : 'folder');
    if (path) onChange(path);
  };
  return (
    <div className="stack">
      <div className="path-field">
        <TextField label={label} value={value} onChange={onChange} spellCheck={false} hint={hint} />
        <Button icon="folder" aria-expanded={shell ? undefined : isBrowsing} onClick={() => void pick()}>
          Browse
        </Button>
      </div>
      {isBrowsing ? (
        <Folders
          kind={kind}
          accept={accept}
          onChoose={(path, isLast) => {
            onChange(path);
            if (isLast) setBrowsing(false);
          }}
        />
      ) : null}
    </div>
  );
}

interface FoldersProps {
  readonly kind: 'file' | 'folder';
  readonly accept: RegExp | undefined;
  /** `isLast`: a file was chosen, there is nothing further in. */
  readonly onChoose: (path: string, isLast: boolean) => void;
}

function Folders({ kind, accept, onChoose }: FoldersProps): ReactNode {
  const [path, setPath] = useState<string>();
  const { data, error } = useQueryOf('files.list', path === undefined ? {} : { path }, {
    staleTimeMs: 0,
    keepPrevious: true,
  });
  const goTo = (next: string): void => {
    setPath(next);
    if (kind === 'folder') onChoose(next, false);
  };
  const parent = data?.parent;
  const shown = (data?.entries ?? []).filter(
    (entry) => entry.kind === 'folder' || (kind === 'file' && (!accept || accept.test(entry.name))),
  );
  return (
    <div className="folders">
      <div className="row">
        <Button icon="chevronUp" disabled={!parent} onClick={() => parent && goTo(parent)}>
          Up
        </Button>
        <span className="truncate dim">{data?.path}</span>
      </div>
      {error ? <ErrorState text={errorText(error)} /> : null}
      <ul aria-label="Contents of the folder">
        {shown.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              onClick={() => (entry.kind === 'folder' ? goTo(entry.path) : onChoose(entry.path, true))}
            >
              <Icon name={entry.kind} size={16} />
              <span className="truncate">{entry.name}</span>
              <span className="dim">{entry.kind === 'file' ? formatBytes(entry.sizeBytes) : ''}</span>
            </button>
          </li>
        ))}
        {data && shown.length === 0 ? <li className="dim">Nothing to choose here.</li> : null}
      </ul>
    </div>
  );
}
