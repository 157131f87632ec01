import { type ReactNode, useState } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { KeyHint } from '../../components/actions/KeyHint.tsx';
import { runAction } from '../../components/actions/registry.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatAmount, formatDate, formatPersonName } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { TextField } from '../../components/TextField.tsx';
import { AcceptChanged } from './AcceptChanged.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { Thumbnail } from './Thumbnail.tsx';

interface SeriesPanelProps {
  readonly row: WorklistRow;
  readonly onRead: () => void;
}

/** The chosen series: picture, facts, data findings, and taking it out of the workspace. */
export function SeriesPanel({ row, onRead }: SeriesPanelProps): ReactNode {
  const { seriesInstanceUid } = row;
  const [isExporting, setExporting] = useState(false);
  const { data } = useQueryOf('series.get', { seriesInstanceUid });
  // Looks at the files; what it sees becomes a finding, and with it a change of the series.
  useQueryOf('imports.check', { seriesInstanceUid }, { staleTimeMs: 10_000 });
  const astray = (data?.findings ?? []).filter(({ code }) => code in astrayWords);
  const findings = (data?.findings ?? []).filter(({ code }) => !(code in astrayWords));
  const facts: readonly NamedFact[] = [
    ['Patient', formatPersonName(row.patientName) || row.patientId],
    ['Study', [formatDate(row.studyDate), row.studyDescription].filter(Boolean).join(', ')],
    ['Series', [row.seriesNumber, row.seriesDescription].filter((part) => part !== undefined).join(' · ')],
    ['Modality', row.modality],
    ['Manufacturer', data?.manufacturer],
    ['Stacks', data && data.stacks.length > 1 ? data.stacks.map(({ title }) => title).join(', ') : undefined],
    ['Slices', data?.stacks[0] ? sliceText(data.stacks[0]) : undefined],
    ['Burned-in text', burnedInText(data?.burnedInAnnotation)],
  ];
  return (
    <div className="series-panel">
      <Thumbnail row={row} size={256} />
      <Button tone="primary" disabled={!row.hasImages} onClick={onRead} hint={<KeyHint action="worklist.read" />}>
        Read
      </Button>
      <FactList facts={facts} />
      {astray.length > 0 ? (
        <section aria-label="Files" className="stack">
          <h3>Files</h3>
          <p className="row">
            {astray.map(({ code, count = 1 }) => (
              <Badge key={code} tone="bad">
                {formatAmount(count, 'file')} {astrayWords[code]}
              </Badge>
            ))}
          </p>
          <p className="dim">
            Images of files that are gone or changed are not shown, and nothing is trained or predicted on them.
          </p>
          <Button icon="search" onClick={() => runAction('app.locate')}>
            Locate files…
          </Button>
          {astray.some(({ code }) => code === 'file-changed') ? (
            <AcceptChanged key={seriesInstanceUid} seriesInstanceUid={seriesInstanceUid} />
          ) : null}
        </section>
      ) : null}
      {findings.length > 0 ? (
        <section aria-label="Data findings" className="stack">
          <h3>Data findings</h3>
          {findings.map((finding) => (
            <div key={`${finding.code} ${finding.message}`} className="finding">
              <Badge tone={finding.severity === 'warning' ? 'warn' : 'neutral'}>{finding.code}</Badge>
              <p className="dim">
                {finding.message}
                {finding.count && finding.count > 1 ? ` (${finding.count} times)` : ''}
              </p>
            </div>
          ))}
        </section>
      ) : null}
      <Button tone="quiet" icon="lock" onClick={() => navigate('deidentify', [], { series: seriesInstanceUid })}>
        De-identified copy
      </Button>
      <Button tone="quiet" icon="file" disabled={!row.hasImages} onClick={() => setExporting(true)}>
        Export as NIfTI
      </Button>
      {isExporting ? <ExportDialog row={row} onClose={() => setExporting(false)} /> : null}
      <RemoveSeries key={seriesInstanceUid} row={row} />
    </div>
  );
}

/** Findings about the files themselves. */
const astrayWords: Readonly<Record<string, string>> = {
  'file-missing': 'missing',
  'file-changed': 'changed',
  'file-unreadable': 'unreadable',
};

/** BurnedInAnnotation (0028,0301) as declared; absence says nothing. */
const burnedInText = (declared: string | undefined): string | undefined =>
  declared === 'NO' ? 'none, says the header' : declared === 'YES' ? 'yes, says the header' : declared;

function sliceText(stack: {
  sliceThicknessMm?: number | undefined;
  sliceSpacingMm?: number | undefined;
  positions: number;
}): string {
  const parts = [
    stack.positions > 1 ? `${stack.positions} positions` : '',
    stack.sliceSpacingMm !== undefined ? `${stack.sliceSpacingMm.toFixed(2)} mm apart` : '',
    stack.sliceThicknessMm !== undefined ? `${stack.sliceThicknessMm} mm thick` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Undoable, so nothing asks "are you sure"; the reason is kept with the change. */
function RemoveSeries({ row }: { row: WorklistRow }): ReactNode {
  const [reason, setReason] = useState<string>();
  const remove = useCommand('series.remove');
  const restore = useCommand('series.restore');
  const { seriesInstanceUid } = row;
  if (row.isRemoved)
    return (
      <Button icon="undo" onClick={() => void restore.run({ seriesInstanceUid })}>
        Put back into the workspace
      </Button>
    );
  if (reason === undefined)
    return (
      <Button tone="quiet" icon="trash" onClick={() => setReason('')}>
        Take this series out
      </Button>
    );
  const go = async (): Promise<void> => {
    if (!(await remove.run({ seriesInstanceUid, reason: reason.trim() }))) return;
    setReason(undefined);
    notify({
      tone: 'ok',
      text: 'The series was taken out. Its files, labels and history stay.',
      undo: () => void restore.run({ seriesInstanceUid }),
    });
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <TextField label="Why does it not belong here?" value={reason} onChange={setReason} autoFocus />
      <div className="row">
        <Button type="submit" tone="danger" disabled={!reason.trim()} isBusy={remove.isRunning}>
          Take out
        </Button>
        <Button onClick={() => setReason(undefined)}>Cancel</Button>
      </div>
    </form>
  );
}
