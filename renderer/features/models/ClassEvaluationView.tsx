import { type ReactNode, useState } from 'react';
import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { type ConfusionCell, ConfusionMatrix } from '../../components/charts/ConfusionMatrix.tsx';
import { RocChart } from '../../components/charts/RocChart.tsx';
import { formatInterval } from '../../components/format.ts';
import { CaseGallery } from './CaseGallery.tsx';
import { ClassByClassCard } from './ClassByClassCard.tsx';
import { FoldCard } from './FoldCard.tsx';
import { Headline } from './Headline.tsx';
import { operatingPoint } from './operatingPoint.ts';
import { PatientCard } from './PatientCard.tsx';

interface ClassEvaluationViewProps {
  readonly evaluation: ClassEvaluation;
  readonly modelId: string;
}

/** One evaluation of classes or grades, from the headline number down to single cases. */
export function ClassEvaluationView({ evaluation, modelId }: ClassEvaluationViewProps): ReactNode {
  const [cell, setCell] = useState<ConfusionCell>();
  const { perCase, classes, threshold } = evaluation;
  const isSame = (next: ConfusionCell): boolean =>
    cell?.trueClass === next.trueClass && cell.predictedClass === next.predictedClass;
  return (
    <>
      <Headline evaluation={evaluation} />
      <div className="result-pair">
        {perCase.roc.length > 0 && evaluation.task !== 'ordinal' ? (
          <Card title="ROC">
            <RocChart
              label={`ROC curve${perCase.auroc ? `, AUROC ${formatInterval(perCase.auroc)}` : ''}`}
              curves={[
                {
                  id: evaluation.id,
                  label: perCase.auroc ? `AUROC ${formatInterval(perCase.auroc)}` : 'ROC',
                  colour: '#4cb8d4',
                  points: perCase.roc,
                  operating: operatingPoint(evaluation),
                },
              ]}
            />
          </Card>
        ) : null}
        <Card title="Confusion matrix">
          <div className="stack">
            <ConfusionMatrix
              classes={classes}
              counts={perCase.confusion}
              chosen={cell}
              onChoose={(next) => setCell(isSame(next) ? undefined : next)}
            />
            <p className="dim">
              {evaluation.task === 'ordinal'
                ? 'Called by the grade in the middle of the scores; the further from the diagonal, the worse.'
                : evaluation.positive === undefined || threshold.value === null
                  ? 'The class with the highest score wins.'
                  : `${evaluation.positive} from a score of ${threshold.value.toFixed(3)}: ${threshold.rule}. Chosen on validation cases, before the test.`}{' '}
              A click on a cell shows its cases below.
            </p>
          </div>
        </Card>
        <PatientCard evaluation={evaluation} />
      </div>
      {perCase.perClass ? <ClassByClassCard perClass={perCase.perClass} /> : null}
      {evaluation.folds && evaluation.folds.length > 1 ? <FoldCard folds={evaluation.folds} pooled={perCase} /> : null}
      <CaseGallery evaluation={evaluation} modelId={modelId} cell={cell} onClear={() => setCell(undefined)} />
    </>
  );
}
