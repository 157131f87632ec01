import type { ReactNode } from 'react';
import type { RunDetail } from '../../../main/contract/training.ts';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { formatDuration } from '../../components/format.ts';

type Row = RunDetail['epochs'][number];

const columns: readonly Column<Row>[] = [
  { id: 'part', title: 'Part', cell: ({ fold }) => (fold === undefined ? 'the whole training part' : `fold ${fold}`) },
  { id: 'auroc', title: 'Validation AUROC', isNumber: true, cell: ({ valAuroc }) => valAuroc?.toFixed(3) ?? '–' },
  { id: 'loss', title: 'Validation loss', isNumber: true, cell: ({ valLoss }) => valLoss.toFixed(4) },
  { id: 'train', title: 'Training loss', isNumber: true, cell: ({ loss }) => loss.toFixed(4) },
  { id: 'took', title: 'Took', isNumber: true, cell: ({ seconds }) => formatDuration(seconds) },
];

/** A head that was fitted in one go has no curves: one line a fold. */
export function FittedCard({ epochs }: { epochs: readonly Row[] }): ReactNode {
  return (
    <Card title="Fitted in one go">
      <DataTable label="Fits" columns={columns} rows={epochs} keyOf={({ fold }) => String(fold ?? 0)} />
      <p className="dim fitted-note">
        Several settings were fitted; the one with the smallest validation loss is kept. There are no epochs and no
        curves.
      </p>
    </Card>
  );
}
