import type { ReactNode } from 'react';
import { Badge } from '../../components/Badge.tsx';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { formatPercent } from '../../components/format.ts';
import { headOf, headTitles, settingWords, type Trial } from './searchWords.ts';

interface TrialTableProps {
  readonly rows: readonly Trial[];
  readonly bestId: number | undefined;
  readonly chosenId: number | undefined;
  readonly onChoose: (id: number) => void;
}

/** The furthest fit of every trial. */
export function TrialTable({ rows, bestId, chosenId, onChoose }: TrialTableProps): ReactNode {
  const columns: readonly Column<Trial>[] = [
    {
      id: 'id',
      title: 'No.',
      isNumber: true,
      cell: ({ id }) => id,
    },
    {
      id: 'head',
      title: 'Head',
      cell: (trial) => (
        <span className="row">
          {headTitles[headOf(trial)]}
          {trial.id === bestId ? <Badge tone="ok">best</Badge> : null}
        </span>
      ),
    },
    { id: 'settings', title: 'Setting', cell: settingWords },
    {
      id: 'weights',
      title: 'Classes',
      cell: ({ settings }) => (settings.classWeights ? 'count the same' : 'as they come'),
    },
    {
      id: 'budget',
      title: 'Share of the work',
      isNumber: true,
      cell: ({ budget }) => (budget === 1 ? 'all' : <span className="dim">{formatPercent(budget)}, then stopped</span>),
    },
    { id: 'loss', title: 'Validation loss', isNumber: true, cell: ({ valLoss }) => valLoss.toFixed(4) },
    { id: 'auroc', title: 'Validation AUROC', isNumber: true, cell: ({ valAuroc }) => valAuroc?.toFixed(3) ?? '–' },
    { id: 'gap', title: 'Training loss', isNumber: true, cell: ({ trainLoss }) => trainLoss.toFixed(4) },
  ];
  return (
    <Card title="Settings, best first">
      {rows.length === 0 ? (
        <p className="dim">The first result comes when the features are computed.</p>
      ) : (
        <DataTable
          label="Trials"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => String(id)}
          isChosen={({ id }) => id === chosenId}
          onChoose={({ id }) => onChoose(id)}
        />
      )}
      <p className="dim search-note">
        The best of many looks better than it is, because validation cases chose it. What it is worth, the test split
        says once.
      </p>
    </Card>
  );
}
