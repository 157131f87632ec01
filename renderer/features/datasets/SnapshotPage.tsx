import type { ReactNode } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { classColour } from '../../components/charts/classColour.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatAmount, formatTime } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { ContactSheet } from './ContactSheet.tsx';
import { CountsTable } from './CountsTable.tsx';
import { ExcludedList, FindingList } from './LeftOut.tsx';
import { recipeFacts, shortHash } from './recipeWords.ts';

/** One frozen dataset: what it is, who is in it, what it looks like to a network. */
export function SnapshotPage({ snapshotId }: { snapshotId: string }): ReactNode {
  const { data, error, refetch } = useQueryOf('datasets.get', { snapshotId });
  const definitions = useQueryOf('definitions.list', {}).data?.definitions;
  if (error)
    return (
      <div className="page">
        <h1>Dataset</h1>
        <ErrorState text={errorText(error)} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return null;
  const { summary, recipe, counts, excluded, findings, cases, groundTruthRule } = data;
  const colourOf = (name: string): string => classColour(definitions, summary.target, summary.classes, name);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(summary.hash);
    notify({ tone: 'ok', text: 'The hash is on the clipboard.' });
  };
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>
            {summary.target}{' '}
            <span className="dim snapshot-kind">
              {formatAmount(summary.cases, 'case')} of {formatAmount(summary.patients, 'patient')}
            </span>
          </h1>
          <p>
            Frozen {formatTime(summary.createdAt)} · one case is one {summary.unit} · hash{' '}
            <code>{shortHash(summary.hash)}</code>{' '}
            <button type="button" className="text-button" onClick={() => void copy()} aria-label="Copy the whole hash">
              copy
            </button>
          </p>
        </div>
        <div className="row">
          <Button onClick={() => navigate('datasets')}>All datasets</Button>
          <Button tone="primary" icon="train" onClick={() => navigate('train', [], { snapshot: summary.id })}>
            Train on this
          </Button>
        </div>
      </header>
      <div className="stack">
        <div className="snapshot-top">
          <Card title="Who is in which part">
            <CountsTable
              counts={counts}
              classes={summary.classes}
              positive={summary.positive}
              colourOf={colourOf}
              scheme={summary.scheme}
              isLabels={summary.task === 'multi-label'}
            />
            {findings.length > 0 ? (
              <div className="card-part">
                <FindingList findings={findings} />
              </div>
            ) : null}
          </Card>
          <Card title="How it was made">
            <FactList
              facts={recipeFacts({ ...recipe, unit: summary.unit }, groundTruthRule).map(
                ({ name, value }): NamedFact => [name, value],
              )}
            />
            <div className="card-part">
              <h3>Left out</h3>
              <ExcludedList excluded={excluded} />
            </div>
          </Card>
        </div>
        <ContactSheet
          snapshotId={summary.id}
          classes={summary.classes}
          number={summary.number}
          cases={cases}
          colourOf={colourOf}
          scheme={summary.scheme}
          slices={summary.slices}
          phases={summary.phases}
        />
      </div>
    </div>
  );
}
