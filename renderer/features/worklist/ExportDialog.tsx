import { type ReactNode, useState } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { SeriesExportResult } from '../../../main/contract/seriesExport.ts';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { hasEnded, useJob } from '../../client/jobs.ts';
import { usePathBrowser } from '../../client/usePathBrowser.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { PathField } from '../../components/files/PathField.tsx';
import { formatDuration } from '../../components/format.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';

interface ExportDialogProps {
  readonly row: WorklistRow;
  readonly onClose: () => void;
}

/** One stack of a series as NIfTI, with maps of its lesions. */
export function ExportDialog({ row, onClose }: ExportDialogProps): ReactNode {
  const { seriesInstanceUid } = row;
  const { data } = useQueryOf('series.get', { seriesInstanceUid });
  const [stack, setStack] = useState('0');
  const [out, setOut] = useState('');
  const browser = usePathBrowser({ kind: 'folder', onChoose: setOut });
  const [compress, setCompress] = useState(true);
  const [straighten, setStraighten] = useState(false);
  const [lesions, setLesions] = useState(row.lesions > 0);
  const [jobId, setJobId] = useState<string>();
  const start = useCommand('series.export', { isSilent: true });
  const job = useJob(jobId);
  const stacks = data?.stacks ?? [];
  const tilt = stacks[Number(stack)]?.tiltDegrees ?? 0;
  const go = async (): Promise<void> => {
    const request = { seriesInstanceUid, out: out.trim(), stack: Number(stack), compress, straighten, lesions };
    setJobId((await start.run(request))?.jobId);
  };
  const isWorking = start.isRunning || (job !== undefined && !hasEnded(job));
  const result = job?.status === 'done' ? SeriesExportResult.parse(job.result) : undefined;
  const problem = start.error ? errorText(start.error) : job?.status === 'failed' ? job.error?.message : undefined;
  return (
    <Dialog
      title="Export as NIfTI"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{result ? 'Close' : 'Cancel'}</Button>
          {result ? null : (
            <Button tone="primary" disabled={!out.trim()} isBusy={isWorking} onClick={() => void go()}>
              Export
            </Button>
          )}
        </>
      }
    >
      <div className="stack">
        <p className="dim">
          The stored values with their scale, on the grid of the images, in the RAS millimetres of NIfTI. The file is
          named by the UID of the series; it holds no patient data.
        </p>
        {stacks.length > 1 ? (
          <Select
            label="Stack"
            value={stack}
            options={stacks.map(({ title }, i) => ({ value: String(i), title }))}
            onChange={setStack}
          />
        ) : null}
        <PathField label="Folder to write to" value={out} onChange={setOut} browser={browser} />
        <Switch label="Compressed (.nii.gz)" isOn={compress} onChange={setCompress} />
        <Switch
          label="The drawn lesions as label maps, with a table of volumes"
          isOn={lesions}
          isDisabled={row.lesions === 0 || straighten}
          onChange={setLesions}
        />
        {tilt > 0.5 ? (
          <Switch
            label={`Correct the shear of ${tilt.toFixed(1)}° (interpolates within each image)`}
            isOn={straighten}
            onChange={(isOn) => {
              setStraighten(isOn);
              if (isOn) setLesions(false);
            }}
          />
        ) : null}
        {isWorking ? (
          <div role="status" className="stack">
            <ProgressBar label="Exporting" fraction={job?.progress.fraction} />
            <p className="dim">
              {job?.progress.message}
              {job?.progress.etaSeconds === undefined ? '' : `, ${formatDuration(job.progress.etaSeconds)} left`}
            </p>
          </div>
        ) : null}
        {problem ? <ErrorState text={`Nothing was written. ${problem}`} /> : null}
        {result ? <Outcome result={result} /> : null}
      </div>
    </Dialog>
  );
}

function Outcome({ result }: { result: SeriesExportResult }): ReactNode {
  const [columns, rows, slices, times = 1] = result.shape;
  return (
    <div role="status" className="stack">
      <p>
        Written: {columns} × {rows} × {slices}
        {times > 1 ? ` × ${times}` : ''} voxels, {result.dtype}.
      </p>
      <ul className="export-files">
        {result.files.map((file) => (
          <li key={file} className="truncate" title={file}>
            {file.split(/[/\\]/).at(-1)}
          </li>
        ))}
      </ul>
      {result.notes.map((note) => (
        <p key={note} className="dim">
          {note}
        </p>
      ))}
    </div>
  );
}
