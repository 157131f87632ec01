import { type ReactNode, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useCurrentReader } from '../../client/currentReader.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { inWorklistOrder } from '../../client/worklistOrder.ts';
import { useAction } from '../../components/actions/registry.ts';
import { Button } from '../../components/Button.tsx';
import { ContextPanel } from '../../components/ContextPanel.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { Switch } from '../../components/Switch.tsx';
import { FacetList } from './FacetList.tsx';
import { applyFacets, type FacetChoice } from './facets.ts';
import { linesOf } from './lines.ts';
import { SeriesPanel } from './SeriesPanel.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import { WorklistTable } from './WorklistTable.tsx';
import './worklist.css';

const toggled = <T,>(set: ReadonlySet<T>, item: T): ReadonlySet<T> => {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
};

/** Every patient and series of the workspace, narrowed by search and facets. */
export function WorklistPage(): ReactNode {
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<FacetChoice>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [includeRemoved, setIncludeRemoved] = useState(false);
  const [selectedUid, setSelectedUid] = useState<string>();
  const [isPreviewing, setPreviewing] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const { reader } = useCurrentReader();
  const worklist = useQueryOf(
    'worklist.list',
    { includeRemoved, ...(reader ? { readerId: reader.id } : {}) },
    { keepPrevious: true },
  );
  const definitions = useQueryOf('definitions.list', {});
  const words = useDeferredValue(search);
  const rows = worklist.data?.rows;
  const labels = definitions.data?.definitions;
  const ordered = useMemo(() => inWorklistOrder(rows ?? []), [rows]);
  const { rows: shown, facets } = useMemo(
    () => applyFacets(ordered, labels ?? [], chosen, words, reader ? 'mine' : 'anybody'),
    [ordered, labels, chosen, words, reader],
  );
  const lines = useMemo(() => linesOf(shown, closed), [shown, closed]);
  const visible = useMemo(() => lines.flatMap((line) => (line.kind === 'series' ? [line.row] : [])), [lines]);
  const at = visible.findIndex((row) => row.seriesInstanceUid === selectedUid);
  const selected = visible[at];

  const select = (row: WorklistRow | undefined): void => setSelectedUid(row?.seriesInstanceUid);
  const read = (row: WorklistRow | undefined): void => {
    if (row?.hasImages) navigate('read', [row.seriesInstanceUid]);
  };
  useAction('worklist.down', () => select(visible[Math.min(visible.length - 1, at + 1)]));
  useAction('worklist.up', () => select(visible[Math.max(0, at - 1)]));
  useAction('worklist.read', () => read(selected), selected !== undefined);
  useAction('worklist.preview', () => setPreviewing(true), selected !== undefined);
  useAction('worklist.search', () => searchField.current?.focus());

  if (worklist.error) return <ErrorState text={errorText(worklist.error)} onRetry={() => void worklist.refetch()} />;
  return (
    <div className="worklist">
      <section className="worklist-facets" aria-label="Narrow down">
        <input
          ref={searchField}
          type="search"
          className="input"
          aria-label="Search the worklist"
          placeholder="Patient, description ( / )"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
          }}
        />
        <FacetList facets={facets} chosen={chosen} onToggle={(choice) => setChosen(toggled(chosen, choice))} />
        <Switch label="Show removed series" isOn={includeRemoved} onChange={setIncludeRemoved} />
        {chosen.size > 0 ? <Button onClick={() => setChosen(new Set())}>Clear all</Button> : null}
      </section>
      <section className="worklist-main" aria-label="Worklist">
        <header className="worklist-header">
          <h1 className="visually-hidden">Worklist</h1>
          <p aria-live="polite">
            {formatAmount(lines.filter((line) => line.kind === 'patient').length, 'patient')},{' '}
            {formatAmount(shown.length, 'series', 'series')}
            {rows && shown.length < rows.length ? <span className="dim"> of {rows.length}</span> : null}
          </p>
          <span className="dim">↑ ↓ choose · Enter reads · Space previews</span>
          <Button icon="lock" onClick={() => navigate('deidentify')}>
            De-identify
          </Button>
        </header>
        {rows && shown.length === 0 ? (
          <EmptyState icon="search" title={rows.length === 0 ? 'No images here yet' : 'Nothing fits'}>
            {rows.length === 0
              ? 'Drop files or folders anywhere in this window.'
              : 'Take a filter or a search word away.'}
          </EmptyState>
        ) : (
          <WorklistTable
            lines={lines}
            selected={selectedUid}
            onSelect={select}
            onRead={read}
            onTogglePatient={(patientId) => setClosed(toggled(closed, patientId))}
          />
        )}
      </section>
      {selected ? (
        <ContextPanel label="Chosen series">
          <SeriesPanel row={selected} onRead={() => read(selected)} />
        </ContextPanel>
      ) : null}
      {isPreviewing && selected ? (
        <Dialog title={selected.seriesDescription || selected.modality} onClose={() => setPreviewing(false)}>
          <div className="worklist-preview">
            <Thumbnail row={selected} size={512} />
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
