import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/models.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';

type Folds = NonNullable<Evaluation['folds']>;

const spreadOf = (folds: Folds): string => {
  const values = folds.flatMap(({ auroc }) => auroc?.value ?? []);
  if (values.length < 2) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `From ${low.toFixed(3)} to ${high.toFixed(3)}. `;
};

/** What each fold, repeat or site reaches by itself, beside the pooled result. */
export function FoldCard({ folds, pooled }: { folds: Folds; pooled: Evaluation['perCase']['auroc'] }): ReactNode {
  const without = folds.filter(({ auroc }) => auroc === undefined);
  const rows = folds.map(({ title, nPatients, auroc }, i) => ({
    id: `fold-${i}`,
    label: `${title} (${nPatients} pat.)`,
    estimate: auroc,
  }));
  return (
    <Card title="AUROC by part">
      <div className="stack">
        <IntervalChart
          label="AUROC by part"
          isDense
          rows={[...(pooled ? [{ id: 'pooled', label: 'All, pooled', estimate: pooled }] : []), ...rows].filter(
            ({ estimate }) => estimate !== undefined,
          )}
          domain={[0.4, 1]}
        />
        <p className="dim">
          {spreadOf(folds)}The pooled line counts each patient once, however often it was tested; the lines below it are
          not independent of each other, so their mean has no narrower interval.
        </p>
        {without.length > 0 ? (
          <p className="dim">No AUROC, because a class is missing: {without.map(({ title }) => title).join(', ')}.</p>
        ) : null}
      </div>
    </Card>
  );
}
