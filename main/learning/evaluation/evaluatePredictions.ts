import type { Threshold } from '../../domain/statistics/thresholdRule.ts';
import { averageByPatient, type NoPatientResult } from './averageByPatient.ts';
import { type MetricSet, measureCases } from './measureCases.ts';
import { type DecisionRule, decideCases, type PredictedCase } from './predictedCase.ts';

/** Tasks whose answers are classes. */
export type ClassTask = 'classification' | 'ordinal';

export interface EvaluationInput {
  /** Absent: classification. */
  readonly task?: ClassTask;
  /** What a case is: study, series, image or lesion. */
  readonly unit: string;
  readonly cases: readonly PredictedCase[];
  readonly classes: readonly string[];
  /** Of two classes, the positive one; the last unless told. */
  readonly positive?: string;
  /** Chosen on validation (`chooseThreshold`); for more than two classes the largest score decides. */
  readonly threshold?: Threshold;
  /** Seed of the bootstrap, 1 unless told. */
  readonly seed?: number;
}

/** What `evaluate` answers, in DESIGN's sections 6 and 7; the app adds looks and out_of_fold. */
export interface Evaluation {
  readonly task: ClassTask;
  readonly unit: string;
  readonly classes: readonly string[];
  readonly positive: string | null;
  readonly perCase: MetricSet;
  readonly perPatient: MetricSet | null;
  /** Why there is no per-patient result. */
  readonly perPatientReason: NoPatientResult | null;
  /** value is null where more than two classes leave no threshold. */
  readonly threshold: { readonly value: number | null; readonly rule: string };
}

const decisionWords = (task: ClassTask): string =>
  task === 'ordinal' ? 'the grade in the middle of the scores' : 'the class with the largest score';

/**
 * Evaluates predictions per case, intervals clustered by patient, and per patient on mean logits where every patient's
 * cases share one class. The per-patient calls use the same threshold.
 */
export function evaluatePredictions(input: EvaluationInput): Evaluation {
  const { unit, cases, classes, seed = 1, task = 'classification' } = input;
  const isOrdered = task === 'ordinal';
  const isBinary = classes.length === 2 && !isOrdered;
  const positive = input.positive ?? classes.at(-1) ?? '';
  if (!classes.includes(positive)) throw new Error('the positive class is not among the classes');
  const threshold = input.threshold ?? { value: 0.5, rule: 'fixed at 0.5' };
  const rule: DecisionRule = { classes, positive, threshold: threshold.value, isOrdered };
  const measure = (predicted: readonly PredictedCase[]) =>
    measureCases(decideCases(predicted, rule), { classes, positive, seed, isOrdered });
  const patients = averageByPatient(cases);
  return {
    task,
    unit,
    classes,
    positive: isBinary ? positive : null,
    perCase: measure(cases),
    perPatient: Array.isArray(patients) ? measure(patients) : null,
    perPatientReason: Array.isArray(patients) ? null : patients,
    threshold: isBinary ? threshold : { value: null, rule: decisionWords(task) },
  };
}
