import type { SplitName } from '../../domain/split/splitCase.ts';
import { softmax } from '../../domain/statistics/scores.ts';
import { chooseThreshold, type ThresholdRule } from '../../domain/statistics/thresholdRule.ts';
import { type BaselineData, type BaselineResult, linearBaseline, prevalenceBaseline } from './baselines.ts';
import { type Evaluation, evaluatePredictions } from './evaluatePredictions.ts';
import type { PredictedCase } from './predictedCase.ts';

export interface BaselineInput extends Pick<BaselineData, 'tensors' | 'shape' | 'classIndices'> {
  readonly unit: string;
  readonly classes: readonly string[];
  readonly positive?: string;
  readonly caseIds: readonly string[];
  readonly patientIds: readonly string[];
  /** The part of each case: one list for a split, one per fold for folds (each case is test in one of them). */
  readonly partitions: readonly BaselineData['parts'][];
  readonly thresholdRule: ThresholdRule;
  /** Part that is evaluated; test unless told. */
  readonly split?: SplitName;
}

export interface BaselineEvaluation extends Pick<BaselineResult, 'name' | 'description'> {
  readonly evaluation: Evaluation;
}

function predictPart(input: BaselineInput, parts: BaselineData['parts'], { logits }: BaselineResult): PredictedCase[] {
  const { classes, classIndices } = input;
  const positiveIndex = classes.indexOf(input.positive ?? classes.at(-1) ?? '');
  const rows = (split: SplitName) => parts.flatMap((part, i) => (part === split ? [i] : []));
  const val = rows('val');
  const threshold = chooseThreshold(
    input.thresholdRule,
    val.map((i) => softmax(logits[i] ?? [])[positiveIndex] ?? 0),
    val.map((i) => classIndices[i] === positiveIndex),
  );
  return rows(input.split ?? 'test').map((i) => ({
    caseId: input.caseIds[i] ?? '',
    patientId: input.patientIds[i] ?? '',
    trueClass: classes[classIndices[i] ?? 0] ?? '',
    logits: logits[i] ?? [],
    ...(threshold ? { threshold: threshold.value } : {}),
  }));
}

/**
 * The trivial baselines on the same cases as a model, fitted on train and given their threshold on val, of each fold
 * where there are folds: prevalence, and logistic regression on 32 x 32 pixels.
 */
export function evaluateBaselines(input: BaselineInput): BaselineEvaluation[] {
  const { unit, classes, partitions } = input;
  return [prevalenceBaseline, linearBaseline].map((predictWith) => {
    const fitted = partitions.map((parts) => predictWith({ ...input, parts, classCount: classes.length }));
    const cases = partitions.flatMap((parts, k) => {
      const result = fitted[k];
      return result ? predictPart(input, parts, result) : [];
    });
    const [first] = fitted;
    if (!first) throw new Error('a baseline needs a partition');
    const positive = input.positive === undefined ? {} : { positive: input.positive };
    const evaluation = evaluatePredictions({ unit, cases, classes, ...positive });
    return { name: first.name, description: first.description, evaluation };
  });
}
