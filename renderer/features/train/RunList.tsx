import { type ReactNode, useState } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount, formatDuration, formatTime } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { Select } from '../../components/Select.tsx';
import { modeText, type RunSummary, statusText, statusTone } from './statusWords.ts';

const columns: readonly Column<RunSummary>[] = [
  { id: 'name', title: 'Training', cell: ({ name }) => <strong>{name}</strong> },
  {
    id: 'status',
    title: 'State',
    cell: ({ status }) => <Badge tone={statusTone(status)}>{statusText(status)}</Badge>,
  },
  { id: 'mode', title: 'How', cell: ({ mode, folds }) => `${modeText(mode)}${folds ? `, ${folds} folds` : ''}` },
  {
    id: 'epochs',
    title: 'Epochs',
    isNumber: true,
    cell: ({ epochsDone, epochs }) => `${epochsDone} of ${epochs}`,
  },
  { id: 'loss', title: 'Validation loss', isNumber: true, cell: ({ bestValLoss }) => bestValLoss?.toFixed(3) ?? '–' },
  {
    id: 'auroc',
    title: 'Validation AUROC',
    isNumber: true,
    cell: ({ bestValAuroc }) => bestValAuroc?.toFixed(2) ?? '–',
  },
  { id: 'seconds', title: 'Took', isNumber: true, cell: ({ seconds }) => formatDuration(seconds) },
  { id: 'created', title: 'Started', cell: ({ createdAt }) => formatTime(createdAt) },
];

/** Every training of the workspace, newest first, and the way to a new one. */
export function RunList(): ReactNode {
  const { data, error, refetch } = useQueryOf('runs.list', {});
  const runs = [...(data?.runs ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Train</h1>
          <p>A training goes on when you leave this page, close the window or lose the connection.</p>
        </div>
      </header>
      <div className="stack">
        <StartCard />
        {error ? <ErrorState text={errorText(error)} onRetry={() => void refetch()} /> : null}
        {runs.length > 0 ? (
          <Card title="Trainings">
            <DataTable
              label="Trainings"
              columns={columns}
              rows={runs}
              keyOf={({ id }) => id}
              onChoose={({ id }) => navigate('train', [id])}
            />
          </Card>
        ) : null}
      </div>
    </div>
  );
}

function StartCard(): ReactNode {
  const { data } = useQueryOf('datasets.list', {});
  const [chosen, setChosen] = useState<string>();
  const snapshots = [...(data?.snapshots ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const snapshotId = chosen ?? snapshots[0]?.id;
  if (data && snapshots.length === 0)
    return (
      <EmptyState icon="train" title="Nothing to train on yet">
        <p>Freeze a dataset first; then a plan is proposed here.</p>
        <Button onClick={() => navigate('datasets', ['new'])}>New dataset</Button>
      </EmptyState>
    );
  return (
    <Card title="New training">
      <div className="start-training">
        <Select
          label="Dataset"
          value={snapshotId ?? ''}
          options={snapshots.map(({ id, target, cases, folds, size, createdAt }) => ({
            value: id,
            title: `${target}: ${formatAmount(cases, 'case')}, ${size} px${folds ? `, ${folds} folds` : ''}, ${formatTime(createdAt)}`,
          }))}
          onChange={setChosen}
        />
        <Button
          tone="primary"
          icon="train"
          disabled={!snapshotId}
          onClick={() => snapshotId && navigate('train', [], { snapshot: snapshotId })}
        >
          Plan a training
        </Button>
        <Button
          icon="search"
          disabled={!snapshotId}
          onClick={() => snapshotId && navigate('search', [], { snapshot: snapshotId })}
        >
          Search settings
        </Button>
      </div>
    </Card>
  );
}
