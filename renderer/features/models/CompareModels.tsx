import type { ReactNode } from 'react';
import type {
  ClassEvaluation,
  Evaluation,
  LabelEvaluation,
  NumberEvaluation,
} from '../../../main/contract/evaluations.ts';
import type { Interval } from '../../../main/contract/values.ts';
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
import { errorDomain } from './numberWords.ts';
import { operatingPoint } from './operatingPoint.ts';
import { ResearchLine } from './ResearchLine.tsx';

interface Compared {
  readonly model: ModelSummary;
  readonly evaluation: Evaluation | undefined;
}

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly of: (evaluation: Evaluation) => Interval | undefined;
  /** Errors have no common scale: their axis begins at 0 and ends where they do. */
  readonly domain?: readonly [number, number];
}

const ofClasses = (pick: (perCase: ClassEvaluation['perCase']) => Interval | undefined) => (evaluation: Evaluation) =>
  'classes' in evaluation ? pick(evaluation.perCase) : undefined;
const ofLabels = (pick: (perCase: LabelEvaluation['perCase']) => Interval | undefined) => (evaluation: Evaluation) =>
  evaluation.task === 'multi-label' ? pick(evaluation.perCase) : undefined;
const ofNumbers = (pick: (perCase: NumberEvaluation['perCase']) => Interval | undefined) => (evaluation: Evaluation) =>
  evaluation.task === 'regression' ? pick(evaluation.perCase) : undefined;

const measures: readonly Measure[] = [
  { id: 'error', title: 'Mean error', of: ofNumbers(({ meanAbsoluteError }) => meanAbsoluteError) },
  { id: 'concordance', title: 'Concordance', of: ofNumbers(({ concordance }) => concordance), domain: [-0.2, 1] },
  { id: 'explained', title: 'R²', of: ofNumbers(({ explained }) => explained), domain: [-0.2, 1] },
  { id: 'macro', title: 'Mean AUROC of the labels', of: ofLabels(({ macro }) => macro), domain: [0, 1] },
  { id: 'kappa', title: 'Weighted kappa', of: ofClasses(({ kappa }) => kappa), domain: [-0.2, 1] },
  // Of ordered grades AUROC is not what counts.
  { id: 'auroc', title: 'AUROC', of: ofClasses(({ auroc, kappa }) => (kappa ? undefined : auroc)), domain: [0, 1] },
  { id: 'sensitivity', title: 'Sensitivity', of: ofClasses(({ sensitivity }) => sensitivity), domain: [0, 1] },
  { id: 'specificity', title: 'Specificity', of: ofClasses(({ specificity }) => specificity), domain: [0, 1] },
  { id: 'accuracy', title: 'Accuracy', of: ofClasses(({ accuracy }) => accuracy), domain: [0, 1] },
];

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
  const curves = pair.flatMap(({ model, evaluation }, i) =>
    evaluation && 'classes' in evaluation && evaluation.perCase.roc.length > 0
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
  );
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
            {curves.length > 0 ? (
              <Card title="ROC">
                <RocChart label="ROC curves of both models" curves={curves} />
              </Card>
            ) : null}
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
      {measures.map(({ id, title, of, domain }) => {
        const estimates = pair.map(({ evaluation }) => evaluation && of(evaluation));
        if (estimates.every((estimate) => estimate === undefined)) return null;
        return (
          <section key={id} aria-label={title}>
            <h3>{title}</h3>
            <IntervalChart
              label={`${title} of both models`}
              domain={domain ?? errorDomain(estimates)}
              isDense
              rows={pair.map(({ model }, i) => ({
                id: model.id,
                label: model.name,
                estimate: estimates[i],
                colour: labelColour(i),
              }))}
            />
          </section>
        );
      })}
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
