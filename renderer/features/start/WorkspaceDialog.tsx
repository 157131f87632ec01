import { type ReactNode, useState } from 'react';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { navigate } from '../../components/navigation.ts';
import { TextField } from '../../components/TextField.tsx';

/** Opens another workspace folder, or makes one. */
export function WorkspaceDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { data: status } = useQueryOf('system.status', {});
  const { data: recent } = useQueryOf('workspaces.recent', {});
  const [path, setPath] = useState('');
  const open = useCommand('workspaces.open');
  const others = (recent?.workspaces ?? []).filter((workspace) => workspace.path !== status?.workspacePath);
  const go = async (to: string): Promise<void> => {
    if (!(await open.run({ path: to }))) return;
    navigate('');
    onClose();
  };
  return (
    <Dialog
      title="Open a workspace"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={!path.trim()} isBusy={open.isRunning} onClick={() => void go(path.trim())}>
            Open
          </Button>
        </>
      }
    >
      <div className="stack">
        <p className="dim">
          A workspace is one folder with the catalogue, labels, data sets and models of a project. Open now:{' '}
          {status?.workspacePath}
        </p>
        {others.map((workspace) => (
          <Button key={workspace.path} icon="folder" onClick={() => void go(workspace.path)}>
            <span className="truncate">
              {workspace.name} <span className="dim">{workspace.path}</span>
            </span>
          </Button>
        ))}
        <TextField
          label="Folder (made if it does not exist)"
          value={path}
          onChange={setPath}
          placeholder="/path/to/workspace"
          spellCheck={false}
        />
      </div>
    </Dialog>
  );
}
