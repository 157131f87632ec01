import type { ReactNode } from 'react';
import type { SearchDetail } from '../../../main/contract/search.ts';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { formatDuration } from '../../components/format.ts';
import type { Trial } from './searchWords.ts';

const columns: readonly Column<Trial>[] = [
  { id: 'seed', title: 'Seed', isNumber: true, cell: ({ settings }) => String(settings.seed) },
  { id: 'auroc', title: 'Validation AUROC', isNumber: true, cell: ({ valAuroc }) => valAuroc?.toFixed(4) ?? '–' },
  { id: 'loss', title: 'Validation loss', isNumber: true, cell: ({ valLoss }) => valLoss.toFixed(4) },
  { id: 'train', title: 'Training loss', isNumber: true, cell: ({ trainLoss }) => trainLoss.toFixed(4) },
  { id: 'took', title: 'Took', isNumber: true, cell: ({ seconds }) => formatDuration(seconds) },
];

type Spread = NonNullable<SearchDetail['spread']>;

const spreadWords = ({ mean, deviation, low, high }: Spread['valLoss']): string =>
  `mean ${mean.toFixed(3)}, standard deviation ${deviation.toFixed(3)}, from ${low.toFixed(3)} to ${high.toFixed(3)}`;

/** The same training with several seeds: what of a difference is chance. */
export function SeedResults({ trials, spread }: { trials: readonly Trial[]; spread: Spread | undefined }): ReactNode {
  return (
    <Card title="The same training, other seeds">
      <div className="stack">
        {spread ? (
          <p>
            {spread.valAuroc ? (
              <>
                AUROC: <strong>{spreadWords(spread.valAuroc)}</strong>.{' '}
              </>
            ) : null}
            Loss: {spreadWords(spread.valLoss)}.
          </p>
        ) : (
          <p className="dim">The spread is known when two seeds are trained.</p>
        )}
        {trials.length > 0 ? (
          <DataTable label="Seeds" columns={columns} rows={trials} keyOf={({ id }) => String(id)} />
        ) : null}
        <p className="dim">
          The patients are the same each time; only starting weights and the order of cases differ. A change of settings
          that moves the AUROC by less than this spread proves nothing. How much other patients would change it, the
          interval of an evaluation says.
        </p>
      </div>
    </Card>
  );
}
