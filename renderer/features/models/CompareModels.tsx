import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/models.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { RocChart } from '../../components/charts/RocChart.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatInterval } from '../../components/format.ts';
import { formatRoute, navigate } from '../../components/navigation.ts';
import { countText, sourceText } from './evaluationWords.ts';
import type { ModelSummary } from './modelSummary.ts';
import { operatingPoint } from './operatingPoint.ts';
import { ResearchLine } from './ResearchLine.tsx';

interface Compared {
  readonly model: ModelSummary;
  readonly evaluation: Evaluation | undefined;
}

const measures = [
  ['kappa', 'Weighted kappa'],
  ['auroc', 'AUROC'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['accuracy', 'Accuracy'],
] as const;

/** Kappa only of ordered grades, and there in the place of AUROC. */
function isMeasured(pair: readonly Compared[], key: (typeof measures)[number][0]): boolean {
  const tested = pair.flatMap(({ evaluation }) => evaluation ?? []);
  if (key === 'kappa') return tested.some(({ perCase }) => perCase.kappa !== undefined);
  return key !== 'auroc' || tested.some(({ perCase }) => perCase.kappa === undefined);
}

/** Whether two evaluations judged the same cases, so that their numbers may stand side by side. */
export function isSameTest(a: Evaluation | undefined, b: Evaluation | undefined): boolean {
  return a !== undefined && b !== undefined && a.snapshotId === b.snapshotId && a.split === b.split;
}

/** Two models side by side: the same measures on one axis, both curves in one plot. */
export function CompareModels({ modelIds }: { modelIds: readonly string[] }): ReactNode {
  const models = useQueryOf('models.list', {});
  const evaluations = useQueryOf('evaluations.list', {});
  const error = models.error ?? evaluations.error;
  if (error) return <ErrorState text={errorText(error)} />;
  if (!models.data || !evaluations.data) return null;
  const all = evaluations.data.evaluations;
  const pair = modelIds.flatMap((id): Compared[] => {
    const model = models.data.models.find((each) => each.id === id);
    return model ? [{ model, evaluation: all.find((each) => each.id === model.evaluationId) }] : [];
  });
  const tested = pair.filter(({ evaluation }) => evaluation !== undefined);
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Two models side by side</h1>
          <p>{pair.map(({ model }) => model.name).join(' and ')}</p>
        </div>
        <Button onClick={() => navigate('models')}>All models</Button>
      </header>
      {tested.length === 0 ? (
        <EmptyState icon="models" title="Neither has been tested">
          Evaluate them first: open each from the table.
        </EmptyState>
      ) : (
        <div className="stack">
          {pair.length === 2 && !isSameTest(pair[0]?.evaluation, pair[1]?.evaluation) ? (
            <p className="compare-warning" role="note">
              They were not tested on the same cases: a difference may come from the cases, not from the models.
            </p>
          ) : null}
          <div className="compare-pair">
            <Card title="At a glance">
              <CompareTable pair={pair} />
            </Card>
            <Card title="ROC">
              <RocChart
                label="ROC curves of both models"
                curves={pair.flatMap(({ model, evaluation }, i) =>
                  evaluation
                    ? [
                        {
                          id: model.id,
                          label: `${model.name}${evaluation.perCase.auroc ? ` ${formatInterval(evaluation.perCase.auroc)}` : ''}`,
                          colour: labelColour(i),
                          points: evaluation.perCase.roc,
                          operating: operatingPoint(evaluation),
                        },
                      ]
                    : [],
                )}
              />
            </Card>
          </div>
        </div>
      )}
      <ResearchLine />
    </div>
  );
}

function CompareTable({ pair }: { pair: readonly Compared[] }): ReactNode {
  return (
    <div className="stack">
      {measures
        .filter(([key]) => isMeasured(pair, key))
        .map(([key, title]) => (
          <section key={key} aria-label={title}>
            <h3>{title}</h3>
            <IntervalChart
              label={`${title} of both models`}
              domain={key === 'kappa' ? [-0.2, 1] : [0, 1]}
              isDense
              rows={pair.map(({ model, evaluation }, i) => ({
                id: model.id,
                label: model.name,
                estimate: evaluation?.perCase[key],
                colour: labelColour(i),
              }))}
            />
          </section>
        ))}
      <dl className="facts">
        {pair.map(({ model, evaluation }) => (
          <div key={model.id}>
            <dt>
              <a href={formatRoute('models', [model.id])}>{model.name}</a>
            </dt>
            <dd>
              {model.architecture};{' '}
              {evaluation ? `${countText(evaluation.perCase)}, ${sourceText(evaluation)}` : 'not tested'}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
