import type { ReactNode } from 'react';
import type { EvaluatedNumber, NumberEvaluation } from '../../../main/contract/evaluations.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { CaseGallery } from './CaseGallery.tsx';
import { NumberCharts } from './NumberCharts.tsx';
import { NumberFoldCard } from './NumberFoldCard.tsx';
import { NumberHeadline } from './NumberHeadline.tsx';
import { NumberMeasuresCard } from './NumberMeasuresCard.tsx';

/** Cases that are drawn; beyond so many points lie on each other anyway. */
const mostPoints = 2000;

/** One evaluation of a predicted number, from the mean error down to single cases. */
export function NumberEvaluationView({
  evaluation,
  modelId,
}: {
  readonly evaluation: NumberEvaluation;
  readonly modelId: string;
}): ReactNode {
  const listed = useQueryOf('evaluations.cases', { evaluationId: evaluation.id, limit: mostPoints }).data?.cases ?? [];
  const cases = listed.filter((each): each is EvaluatedNumber => each.kind === 'number');
  return (
    <>
      <NumberHeadline evaluation={evaluation} />
      <div className="result-pair">
        {cases.length > 0 ? <NumberCharts evaluation={evaluation} cases={cases} modelId={modelId} /> : null}
        <NumberMeasuresCard evaluation={evaluation} />
      </div>
      {evaluation.folds && evaluation.folds.length > 1 ? <NumberFoldCard evaluation={evaluation} /> : null}
      <CaseGallery evaluation={evaluation} modelId={modelId} cell={undefined} onClear={() => undefined} />
    </>
  );
}
