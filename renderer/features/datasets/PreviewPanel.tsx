import type { ReactNode } from 'react';
import type { DatasetPreview, DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { LabelDefinition } from '../../../main/contract/labels.ts';
import { Card } from '../../components/Card.tsx';
import { classColour } from '../../components/charts/classColour.ts';
import { FunnelChart } from '../../components/charts/FunnelChart.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { CountsTable } from './CountsTable.tsx';
import { ExcludedList, FindingList } from './LeftOut.tsx';

interface PreviewPanelProps {
  readonly recipe: DatasetRecipe;
  readonly preview: DatasetPreview | undefined;
  /** Why this recipe cannot be frozen, in plain words. */
  readonly problem: string | undefined;
  readonly isAsking: boolean;
  readonly definitions: readonly LabelDefinition[];
}

const stageTitles = { found: 'Found', labelled: 'Labelled', eligible: 'Eligible', split: 'Split' } as const;

/** What freezing would give right now. */
export function PreviewPanel({ recipe, preview, problem, isAsking, definitions }: PreviewPanelProps): ReactNode {
  if (problem !== undefined)
    return (
      <div className="stack">
        <ErrorState text={problem} />
      </div>
    );
  if (!preview) return <p className="dim">Counting ...</p>;
  const colourOf = (name: string): string => classColour(definitions, recipe.target, preview.classes, name);
  return (
    <div className="stack" aria-busy={isAsking} aria-live="polite">
      <Card title="From images to cases">
        <FunnelChart
          label="From images to cases"
          stages={preview.funnel.map(({ stage, ...n }) => ({ id: stage, title: stageTitles[stage], ...n }))}
        />
        {preview.excluded.length > 0 ? (
          <div className="card-part">
            <h3>Left out</h3>
            <ExcludedList excluded={preview.excluded} />
          </div>
        ) : null}
      </Card>
      <Card title="Who is in which part">
        <CountsTable
          counts={preview.counts}
          classes={preview.classes}
          positive={preview.positive}
          colourOf={colourOf}
          scheme={preview.scheme}
          isLabels={recipe.task === 'multi-label'}
        />
        {preview.findings.length > 0 ? (
          <div className="card-part">
            <FindingList findings={preview.findings} />
          </div>
        ) : null}
      </Card>
    </div>
  );
}
