import type { ModelCard } from '../../contract/models.ts';
import type { Snapshot } from '../dataset/openSnapshot.ts';
import { type Evaluation, evaluatePredictions } from '../evaluation/evaluatePredictions.ts';
import { decideCases, type PredictedCase } from '../evaluation/predictedCase.ts';
import { type CaseOutput, type FoldScore, foldsOfCases, scoreFolds } from './foldScores.ts';
import { type BaselineScore, measureBaselines } from './measureBaselines.ts';
import type { Predicted } from './predictCases.ts';

/** One case with its truth, its scores (in the order of the classes) and what it is called at the threshold. */
export interface ScoredCase {
  readonly caseIndex: number;
  readonly trueClass: string;
  readonly predictedClass: string;
  readonly scores: readonly number[];
  /** Out of fold: the folds whose networks gave the scores, from 1. */
  readonly folds?: readonly number[];
  /** Of two classes without an order. */
  readonly threshold?: number;
}

export interface ClassJudgement {
  readonly task: 'classification' | 'ordinal';
  readonly evaluation: Evaluation;
  readonly cases: readonly ScoredCase[];
  readonly baselines: readonly BaselineScore[];
  /** Of an out-of-fold evaluation: every fold, repeat or site by itself. */
  readonly folds?: readonly FoldScore[];
}

export function predictedCase({ manifest }: Pick<Snapshot, 'manifest'>, output: CaseOutput): PredictedCase {
  const found = manifest.cases[output.caseIndex];
  if (!found) throw new Error('a case outside the snapshot');
  const { caseId, patientId, className } = found;
  const { logits, threshold } = output;
  return { caseId, patientId, trueClass: className, logits, ...(threshold === undefined ? {} : { threshold }) };
}

/** Classes or ordered grades: called, counted, and set beside baselines that were fitted on the same training part. */
export function judgeClasses(snapshot: Snapshot, card: ModelCard, predicted: Predicted): ClassJudgement {
  const { classes, unit, recipe, positive: asked } = snapshot.manifest;
  const task = recipe.task === 'ordinal' ? 'ordinal' : 'classification';
  const positive = card.positive ?? asked;
  const { outputs, byFold, threshold } = predicted;
  const predictions = outputs.map((output) => predictedCase(snapshot, output));
  const evaluation = evaluatePredictions({
    ...{ task, unit, cases: predictions, classes },
    ...(positive === undefined ? {} : { positive }),
    ...(threshold ? { threshold } : {}),
  });
  const rule = {
    classes,
    positive: positive ?? classes.at(-1) ?? '',
    threshold: threshold?.value ?? 0.5,
    isOrdered: task === 'ordinal',
  };
  const hasThreshold = classes.length === 2 && !rule.isOrdered;
  const testedBy = foldsOfCases(byFold ?? []);
  const cases = decideCases(predictions, rule).map((decided, i): ScoredCase => {
    const caseIndex = outputs[i]?.caseIndex ?? -1;
    const { trueClass, predictedClass, scores, threshold: own = rule.threshold } = decided;
    const folds = testedBy.get(caseIndex);
    return {
      ...{ caseIndex, trueClass, predictedClass, scores },
      ...(folds && { folds }),
      ...(hasThreshold && { threshold: own }),
    };
  });
  const caseIndexes = outputs.map(({ caseIndex }) => caseIndex);
  const baselines = measureBaselines(snapshot, caseIndexes, byFold !== undefined);
  return { task, evaluation, cases, baselines, ...(byFold && { folds: scoreFolds(snapshot, byFold) }) };
}
