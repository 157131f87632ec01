import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/evaluations.ts';
import { ClassEvaluationView } from './ClassEvaluationView.tsx';
import { LabelEvaluationView } from './LabelEvaluationView.tsx';
import { NumberEvaluationView } from './NumberEvaluationView.tsx';

interface EvaluationViewProps {
  readonly evaluation: Evaluation;
  readonly modelId: string;
}

/** One evaluation in the terms of its task. */
export function EvaluationView({ evaluation, modelId }: EvaluationViewProps): ReactNode {
  if (evaluation.task === 'regression') return <NumberEvaluationView evaluation={evaluation} modelId={modelId} />;
  if (evaluation.task === 'multi-label') return <LabelEvaluationView evaluation={evaluation} modelId={modelId} />;
  return <ClassEvaluationView evaluation={evaluation} modelId={modelId} />;
}
