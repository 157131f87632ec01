import { z } from 'zod';
import { NumberScale } from './labels.ts';
import { TestTimeAugmentation } from './testTimeAugmentation.ts';
import { Id, Interval, Timestamp } from './values.ts';

const RocPoint = z.object({
  falsePositiveRate: z.number(),
  truePositiveRate: z.number(),
  threshold: z.number().nullable(),
});
/** One class against the rest. A figure is absent where its denominator is 0. */
export const ClassFigures = z.object({
  name: z.string(),
  nCases: z.number(),
  nPatients: z.number(),
  auroc: Interval.optional(),
  sensitivity: Interval.optional(),
  specificity: Interval.optional(),
  ppv: Interval.optional(),
  roc: z.array(RocPoint),
});

export const UnitMetrics = z.object({
  nCases: z.number(),
  nPatients: z.number(),
  auroc: Interval.optional(),
  sensitivity: Interval.optional(),
  specificity: Interval.optional(),
  accuracy: Interval,
  balancedAccuracy: Interval.optional(),
  brier: Interval.optional(),
  /** Of ordered grades: Cohen's kappa, weighted by squared steps. */
  kappa: Interval.optional(),
  /** Of ordered grades: mean distance from the truth, in steps. */
  meanAbsoluteError: Interval.optional(),
  /** Of more than two classes without an order, in the order of `classes`; `auroc` is their mean then. */
  perClass: z.array(ClassFigures).optional(),
  /** confusion[true][predicted], in the order of `classes`. */
  confusion: z.array(z.array(z.number())),
  roc: z.array(RocPoint),
});
export type UnitMetrics = z.output<typeof UnitMetrics>;

/** What is the same of an evaluated case whatever the task. */
const caseFacts = {
  caseIndex: z.number().int(),
  patientId: z.string(),
  imageId: z.string(),
  seriesInstanceUid: z.string().optional(),
  /** Out of fold: the networks that had not seen the patient, from 1; several where folds were repeated. */
  folds: z.array(z.number().int().positive()).optional(),
};

export const EvaluatedClass = z.object({
  kind: z.literal('class'),
  ...caseFacts,
  trueClass: z.string(),
  predictedClass: z.string(),
  scores: z.array(z.number()),
  /** Of two classes: the score of the positive one from which on it is called. */
  threshold: z.number().optional(),
});

export type EvaluatedClass = z.output<typeof EvaluatedClass>;

export const EvaluatedNumber = z.object({
  kind: z.literal('number'),
  ...caseFacts,
  truth: z.number(),
  predicted: z.number(),
});
export type EvaluatedNumber = z.output<typeof EvaluatedNumber>;

export const EvaluatedLabels = z.object({
  kind: z.literal('labels'),
  ...caseFacts,
  /** By label: null where it was not answered. */
  answers: z.array(z.boolean().nullable()),
  scores: z.array(z.number()),
  /** By label, at its threshold. */
  called: z.array(z.boolean()),
});
export type EvaluatedLabels = z.output<typeof EvaluatedLabels>;

export const EvaluatedCase = z.discriminatedUnion('kind', [EvaluatedClass, EvaluatedNumber, EvaluatedLabels]);
export type EvaluatedCase = z.output<typeof EvaluatedCase>;

export const Baseline = z.object({
  name: z.string(),
  description: z.string(),
  auroc: Interval.optional(),
  kappa: Interval.optional(),
  meanAbsoluteError: Interval.optional(),
  accuracy: z.number(),
});

/** A fold, a repeat or a site of an out-of-fold evaluation by itself. */
export const FoldScore = z.object({
  title: z.string(),
  nCases: z.number(),
  nPatients: z.number(),
  /** Absent where it lacks a class. */
  auroc: Interval.optional(),
  /** Of ordered grades. */
  kappa: Interval.optional(),
});
export type FoldScore = z.output<typeof FoldScore>;

/** What is the same of an evaluation whatever the task. */
const evaluationFacts = {
  id: Id,
  modelId: Id,
  snapshotId: Id,
  split: z.string(),
  outOfFold: z.boolean(),
  /** Views of each picture whose scores were averaged; absent: the picture as it is. */
  tta: TestTimeAugmentation.optional(),
  unit: z.string(),
  perPatientReason: z.string().optional(),
  /** How often this model's test split has been looked at, this look counted. */
  looks: z.number().int(),
  createdAt: Timestamp,
};

/** Of classes, or of ordered grades. */
export const ClassEvaluation = z.object({
  task: z.enum(['classification', 'ordinal']),
  ...evaluationFacts,
  classes: z.array(z.string()),
  positive: z.string().optional(),
  /** More than two classes have no threshold: null. */
  threshold: z.object({ value: z.number().nullable(), rule: z.string() }),
  perCase: UnitMetrics,
  perPatient: UnitMetrics.optional(),
  folds: z.array(FoldScore).optional(),
  baselines: z.array(Baseline),
});
export type ClassEvaluation = z.output<typeof ClassEvaluation>;

/** Errors in the unit of the number; a figure is absent where it is not defined. */
export const NumberMetrics = z.object({
  nCases: z.number(),
  nPatients: z.number(),
  meanAbsoluteError: Interval,
  rootMeanSquareError: Interval,
  /** R squared: share of the truth's variance that is explained. */
  explained: Interval.optional(),
  /** Lin's concordance correlation. */
  concordance: Interval.optional(),
  /** Pearson's and Spearman's. */
  correlation: Interval.optional(),
  rankCorrelation: Interval.optional(),
  /** Mean of predicted - true. */
  bias: Interval.optional(),
  /** Bland and Altman: mean difference, and the limits between which 95 % of the differences lie. */
  agreement: z.object({ bias: z.number(), lower: z.number(), upper: z.number() }),
});
export type NumberMetrics = z.output<typeof NumberMetrics>;

const numberFigures = NumberMetrics.pick({ meanAbsoluteError: true, rootMeanSquareError: true, explained: true });

export const NumberEvaluation = z.object({
  task: z.literal('regression'),
  ...evaluationFacts,
  /** What the number is, and its scale. */
  name: z.string(),
  scale: NumberScale,
  perCase: NumberMetrics,
  perPatient: NumberMetrics.optional(),
  folds: z
    .array(z.object({ title: z.string(), nCases: z.number(), nPatients: z.number(), ...numberFigures.shape }))
    .optional(),
  baselines: z.array(z.object({ name: z.string(), description: z.string(), ...numberFigures.shape })),
});
export type NumberEvaluation = z.output<typeof NumberEvaluation>;

/** One label over the cases in which it was answered. A figure is absent where its denominator is 0. */
export const LabelFigures = ClassFigures.extend({
  /** Cases whose answer is yes. */
  nYes: z.number(),
  npv: Interval.optional(),
  /** Yes from this score on, as validation chose it; the mean of the networks' own out of fold. */
  threshold: z.number(),
});
export type LabelFigures = z.output<typeof LabelFigures>;

export const LabelMetrics = z.object({
  nCases: z.number(),
  nPatients: z.number(),
  /** Mean AUROC of the labels; absent where one of them has only one answer. */
  macro: Interval.optional(),
  perLabel: z.array(LabelFigures),
});
export type LabelMetrics = z.output<typeof LabelMetrics>;

export const LabelEvaluation = z.object({
  task: z.literal('multi-label'),
  ...evaluationFacts,
  labels: z.array(z.string()),
  thresholdRule: z.string(),
  perCase: LabelMetrics,
  perPatient: LabelMetrics.optional(),
  folds: z
    .array(z.object({ title: z.string(), nCases: z.number(), nPatients: z.number(), macro: Interval.optional() }))
    .optional(),
  baselines: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      macro: Interval.optional(),
      /** AUROC by label. */
      perLabel: z.array(Interval.optional()),
    }),
  ),
});
export type LabelEvaluation = z.output<typeof LabelEvaluation>;

/** A model measured on cases that it has not seen, in the terms of its task. */
export const Evaluation = z.discriminatedUnion('task', [ClassEvaluation, NumberEvaluation, LabelEvaluation]);
export type Evaluation = z.output<typeof Evaluation>;
