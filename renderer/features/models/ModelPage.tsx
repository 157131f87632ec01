import { type ReactNode, useState } from 'react';
import { scaleText } from '../../../main/domain/numberAnswer.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatTime } from '../../components/format.ts';
import { Select } from '../../components/Select.tsx';
import { EvaluateCard } from './EvaluateCard.tsx';
import { EvaluationView } from './EvaluationView.tsx';
import { sourceText } from './evaluationWords.ts';
import { Lineage } from './Lineage.tsx';
import { ModelButtons } from './ModelButtons.tsx';
import { ResearchLine } from './ResearchLine.tsx';

/** One model: how good it is, where it fails, and where it comes from. */
export function ModelPage({ modelId }: { modelId: string }): ReactNode {
  const model = useQueryOf('models.get', { modelId });
  const listed = useQueryOf('evaluations.list', { modelId });
  const [chosen, setChosen] = useState<string>();
  const error = model.error ?? listed.error;
  if (error)
    return (
      <div className="page">
        <h1>Model</h1>
        <ErrorState text={errorText(error)} onRetry={() => void model.refetch()} />
      </div>
    );
  if (!model.data || !listed.data) return null;
  const { summary } = model.data;
  const evaluations = [...listed.data.evaluations].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const shown = evaluations.find(({ id }) => id === chosen) ?? evaluations[0];
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <div className="row">
            <h1>{summary.name}</h1>
            {summary.folds ? <Badge>{summary.folds} folds</Badge> : null}
            {shown?.outOfFold ? <Badge tone="ok">tested out of fold</Badge> : null}
          </div>
          <p>
            {summary.number
              ? `${summary.classes.join('')}, ${scaleText(summary.number)}`
              : summary.classes.join(summary.task === 'multi-label' ? ', ' : ' or ')}
            {summary.positive ? `, positive: ${summary.positive}` : ''} · one case is one {summary.unit} ·{' '}
            {summary.architecture}
          </p>
        </div>
        <ModelButtons modelId={modelId} name={summary.name} snapshotId={summary.snapshotId} />
      </header>
      <div className="stack">
        {evaluations.length > 1 ? (
          <div className="evaluation-choice">
            <Select
              label="Result of"
              value={shown?.id ?? ''}
              options={evaluations.map((evaluation) => ({
                value: evaluation.id,
                title: `${formatTime(evaluation.createdAt)}, ${evaluation.perCase.nCases} cases, ${sourceText(evaluation)}`,
              }))}
              onChange={setChosen}
            />
          </div>
        ) : null}
        {shown ? <EvaluationView key={shown.id} evaluation={shown} modelId={modelId} /> : null}
        <div className="model-foot">
          <EvaluateCard model={summary} isFirst={!shown} onDone={setChosen} />
          <Card title="Where it comes from">
            <Lineage model={model.data} />
          </Card>
        </div>
      </div>
      <ResearchLine />
    </div>
  );
}
