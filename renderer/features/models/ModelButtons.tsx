import { type ReactNode, useState } from 'react';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { usePathBrowser } from '../../client/usePathBrowser.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { PathField } from '../../components/files/PathField.tsx';
import { navigate } from '../../components/navigation.ts';

interface ModelButtonsProps {
  readonly modelId: string;
  readonly name: string;
  readonly snapshotId: string | undefined;
}

/** What one does with a model: use it, train it further, hand it on. */
export function ModelButtons({ modelId, name, snapshotId }: ModelButtonsProps): ReactNode {
  const [isExporting, setExporting] = useState(false);
  const snapshot = useQueryOf(
    'datasets.get',
    { snapshotId: snapshotId ?? 'none' },
    { enabled: snapshotId !== undefined },
  ).data;
  const cases = snapshot?.cases.filter(({ seriesInstanceUid }) => seriesInstanceUid) ?? [];
  const shown = cases.find(({ split }) => split === 'test') ?? cases[0];
  const use = (): void => {
    if (shown?.seriesInstanceUid) navigate('read', [shown.seriesInstanceUid], { frame: shown.imageId, model: modelId });
    else navigate('worklist');
  };
  return (
    <div className="row">
      <Button onClick={() => navigate('models')}>All models</Button>
      <Button icon="models" onClick={() => navigate('network', [], { model: modelId })}>
        Look inside
      </Button>
      <Button icon="file" onClick={() => setExporting(true)}>
        Export
      </Button>
      <Button tone="primary" icon="read" onClick={use}>
        Use on images
      </Button>
      {isExporting ? <ExportDialog modelId={modelId} name={name} onClose={() => setExporting(false)} /> : null}
    </div>
  );
}

interface ExportDialogProps {
  readonly modelId: string;
  readonly name: string;
  readonly onClose: () => void;
}

function ExportDialog({ modelId, name, onClose }: ExportDialogProps): ReactNode {
  const [folder, setFolder] = useState('');
  const save = useCommand('models.export', { isSilent: true });
  const browser = usePathBrowser({ kind: 'folder', onChoose: setFolder });
  const go = async (): Promise<void> => {
    const saved = await save.run({ modelId, out: folder });
    if (!saved) return;
    notify({ tone: 'ok', text: `Wrote ${saved.files.length} files to ${folder}.` });
    onClose();
  };
  return (
    <Dialog
      title={`Export ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={!folder.trim()} isBusy={save.isRunning} onClick={() => void go()}>
            Export
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>
          The network as model.onnx, and its model card. Patients appear in the card only as hashes, so that another
          workspace can refuse to test on them.
        </p>
        <PathField label="Folder to write to" value={folder} onChange={setFolder} browser={browser} />
        {save.error ? <ErrorState text={errorText(save.error)} /> : null}
      </div>
    </Dialog>
  );
}
