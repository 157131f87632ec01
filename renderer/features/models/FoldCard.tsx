import type { ReactNode } from 'react';
import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { mainFigure } from '../../components/mainFigure.ts';

type Folds = NonNullable<ClassEvaluation['folds']>;

const spreadOf = (folds: Folds): string => {
  const values = folds.flatMap((fold) => mainFigure(fold)?.estimate.value ?? []);
  if (values.length < 2) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `From ${low.toFixed(3)} to ${high.toFixed(3)}. `;
};

/** Kappa falls below 0 where a part does worse than chance. */
function kappaDomain(folds: Folds): readonly [number, number] {
  const lowest = Math.min(0, ...folds.flatMap(({ kappa }) => kappa?.low ?? []));
  return [Math.max(-1, Math.floor(lowest * 5) / 5), 1];
}

/** What each fold, repeat or site reaches by itself, beside the pooled result. */
export function FoldCard({ folds, pooled }: { folds: Folds; pooled: ClassEvaluation['perCase'] }): ReactNode {
  const without = folds.filter((fold) => mainFigure(fold) === undefined);
  const all = mainFigure(pooled);
  const title = all?.title ?? 'AUROC';
  const rows = folds.map((fold, i) => ({
    id: `fold-${i}`,
    label: `${fold.title} (${fold.nPatients} pat.)`,
    estimate: mainFigure(fold)?.estimate,
  }));
  return (
    <Card title={`${title} by part`}>
      <div className="stack">
        <IntervalChart
          label={`${title} by part`}
          isDense
          rows={[...(all ? [{ id: 'pooled', label: 'All, pooled', estimate: all.estimate }] : []), ...rows].filter(
            ({ estimate }) => estimate !== undefined,
          )}
          domain={pooled.kappa ? kappaDomain(folds) : [0.4, 1]}
        />
        <p className="dim">
          {spreadOf(folds)}The pooled line counts each patient once, however often it was tested; the lines below it are
          not independent of each other, so their mean has no narrower interval.
        </p>
        {without.length > 0 ? (
          <p className="dim">
            No {title}, because a class is missing: {without.map((fold) => fold.title).join(', ')}.
          </p>
        ) : null}
      </div>
    </Card>
  );
}
