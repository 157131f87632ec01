import type { ReactNode } from 'react';
import type { LabelEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { CaseGallery } from './CaseGallery.tsx';
import { ClassByClassCard } from './ClassByClassCard.tsx';
import { LabelCountsCard } from './LabelCountsCard.tsx';
import { LabelHeadline } from './LabelHeadline.tsx';

interface LabelEvaluationViewProps {
  readonly evaluation: LabelEvaluation;
  readonly modelId: string;
}

/** One evaluation of several labels, from their mean down to single cases. */
export function LabelEvaluationView({ evaluation, modelId }: LabelEvaluationViewProps): ReactNode {
  const { perCase, folds } = evaluation;
  return (
    <>
      <LabelHeadline evaluation={evaluation} />
      <ClassByClassCard
        perClass={perCase.perLabel}
        words={{
          roc: 'ROC of each label',
          table: 'Label by label',
          each: 'by label',
          note: 'Each label at its own threshold, over the cases in which it was answered; cases of one patient count as related.',
        }}
      />
      <LabelCountsCard evaluation={evaluation} />
      {folds && folds.length > 1 ? (
        <Card title="Mean AUROC by part">
          <IntervalChart
            label="Mean AUROC by part"
            isDense
            domain={[0.4, 1]}
            rows={[{ title: 'All, pooled', nPatients: perCase.nPatients, macro: perCase.macro }, ...folds].map(
              ({ title, nPatients, macro }) => ({ id: title, label: `${title} (${nPatients} pat.)`, estimate: macro }),
            )}
          />
        </Card>
      ) : null}
      <CaseGallery evaluation={evaluation} modelId={modelId} cell={undefined} onClear={() => undefined} />
    </>
  );
}
