import type { ReactNode } from 'react';
import type { NumberEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { errorDomain, inUnit } from './numberWords.ts';

/** The mean error of each fold, repeat or site by itself, beside the pooled one. */
export function NumberFoldCard({ evaluation }: { readonly evaluation: NumberEvaluation }): ReactNode {
  const { folds = [], perCase, scale } = evaluation;
  const rows = [
    { id: 'pooled', label: 'All, pooled', estimate: perCase.meanAbsoluteError },
    ...folds.map(({ title, nPatients, meanAbsoluteError }, i) => ({
      id: `fold-${i}`,
      label: `${title} (${nPatients} pat.)`,
      estimate: meanAbsoluteError,
    })),
  ];
  return (
    <Card title={`Mean error by part${inUnit(scale)}`}>
      <IntervalChart
        label="Mean error by part"
        isDense
        rows={rows}
        domain={errorDomain(rows.map(({ estimate }) => estimate))}
      />
    </Card>
  );
}
