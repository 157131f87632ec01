import type { ReactNode } from 'react';
import type { SnapshotSummary as SnapshotSummarySchema } from '../../../main/contract/datasets.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatCount, formatTime } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { shortHash } from './recipeWords.ts';

type SnapshotSummary = ReturnType<typeof SnapshotSummarySchema.parse>;

const columns: readonly Column<SnapshotSummary>[] = [
  { id: 'target', title: 'Target', cell: ({ target }) => <strong>{target}</strong> },
  { id: 'unit', title: 'One case is', cell: ({ unit }) => `one ${unit}` },
  { id: 'classes', title: 'Classes', cell: ({ classes }) => classes.join(', ') },
  { id: 'cases', title: 'Cases', isNumber: true, cell: ({ cases }) => formatCount(cases) },
  { id: 'patients', title: 'Patients', isNumber: true, cell: ({ patients }) => formatCount(patients) },
  { id: 'parts', title: 'Parts', cell: ({ folds }) => (folds === undefined ? 'train, val, test' : `${folds} folds`) },
  { id: 'size', title: 'Picture', cell: ({ size }) => `${size} × ${size}` },
  { id: 'created', title: 'Frozen', cell: ({ createdAt }) => formatTime(createdAt) },
  { id: 'hash', title: 'Hash', cell: ({ hash }) => <code>{shortHash(hash)}</code> },
];

/** Every frozen dataset of the workspace, newest first. */
export function SnapshotList(): ReactNode {
  const { data, error, refetch } = useQueryOf('datasets.list', {});
  const snapshots = [...(data?.snapshots ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Datasets</h1>
          <p>A dataset is frozen: which cases, which part each is in, and the pictures as the network sees them.</p>
        </div>
        <Button tone="primary" icon="plus" onClick={() => navigate('datasets', ['new'])}>
          New dataset
        </Button>
      </header>
      {error ? <ErrorState text={errorText(error)} onRetry={() => void refetch()} /> : null}
      {data && snapshots.length === 0 ? (
        <EmptyState icon="datasets" title="No dataset yet">
          <p>Choose what to learn; the patients are then dealt out so that nobody is in two parts.</p>
          <Button onClick={() => navigate('datasets', ['new'])}>Make the first dataset</Button>
        </EmptyState>
      ) : null}
      {snapshots.length > 0 ? (
        <DataTable
          label="Datasets"
          columns={columns}
          rows={snapshots}
          keyOf={({ id }) => id}
          onChoose={({ id }) => navigate('datasets', [id])}
        />
      ) : null}
    </div>
  );
}
