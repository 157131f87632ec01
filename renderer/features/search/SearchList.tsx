import type { ReactNode } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatTime } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { NewSearch } from './NewSearch.tsx';
import { headOf, headTitles, type SearchSummary, settingWords, stateText, stateTone } from './searchWords.ts';

const columns: readonly Column<SearchSummary>[] = [
  { id: 'title', title: 'Search', cell: ({ title }) => <strong>{title}</strong> },
  { id: 'state', title: 'State', cell: ({ status }) => <Badge tone={stateTone(status)}>{stateText(status)}</Badge> },
  { id: 'done', title: 'Fits', isNumber: true, cell: ({ done, total }) => `${done} of ${total}` },
  {
    id: 'best',
    title: 'Best so far',
    cell: ({ best }) => (best ? `${headTitles[headOf(best)]}, ${settingWords(best)}` : '–'),
  },
  { id: 'loss', title: 'Validation loss', isNumber: true, cell: ({ best }) => best?.valLoss.toFixed(3) ?? '–' },
  {
    id: 'auroc',
    title: 'Validation AUROC',
    isNumber: true,
    cell: ({ best }) => best?.valAuroc?.toFixed(3) ?? '–',
  },
  { id: 'created', title: 'Started', cell: ({ createdAt }) => formatTime(createdAt) },
];

/** A new search, and all earlier ones. */
export function SearchList({ snapshotId }: { snapshotId: string | undefined }): ReactNode {
  const { data, error, refetch } = useQueryOf('search.list', {});
  const searches = data?.searches ?? [];
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Search settings</h1>
          <p>
            Tries heads and settings on the features of a frozen base, computed once. Only validation cases judge; the
            test split stays sealed.
          </p>
        </div>
        <Button onClick={() => navigate('train')}>Back to trainings</Button>
      </header>
      <div className="stack">
        <NewSearch snapshotId={snapshotId} />
        {error ? <ErrorState text={errorText(error)} onRetry={() => void refetch()} /> : null}
        {searches.length > 0 ? (
          <Card title="Searches">
            <DataTable
              label="Searches"
              columns={columns}
              rows={searches}
              keyOf={({ id }) => id}
              onChoose={({ id }) => navigate('search', [id])}
            />
          </Card>
        ) : null}
      </div>
    </div>
  );
}
