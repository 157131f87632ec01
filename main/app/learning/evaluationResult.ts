import type {
  ClassEvaluation,
  LabelEvaluation,
  LabelMetrics,
  NumberEvaluation,
  NumberMetrics,
  UnitMetrics,
} from '../../contract/evaluations.ts';
import type { Interval } from '../../contract/values.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import type { MetricSet } from '../../learning/evaluation/measureCases.ts';
import type { LabelMetricSet } from '../../learning/evaluation/measureLabels.ts';
import type { NumberMetricSet } from '../../learning/evaluation/measureNumbers.ts';
import type { ClassJudgement } from '../../learning/prediction/judgeClasses.ts';
import type { LabelJudgement } from '../../learning/prediction/judgeLabels.ts';
import type { NumberFigures, NumberJudgement } from '../../learning/prediction/judgeNumbers.ts';

/** Where and when an evaluation was made; the rest is what the task's judge found. */
type Place = 'id' | 'modelId' | 'snapshotId' | 'split' | 'outOfFold' | 'tta' | 'looks' | 'createdAt';

const interval = (estimate: Estimate): Interval => {
  const { value, low, high, method } = estimate;
  return { value, low, high, method };
};

function unitMetrics(set: MetricSet): UnitMetrics {
  const { nCases, nPatients, auroc, sensitivity, specificity, accuracy, balancedAccuracy, brier, confusion, roc } = set;
  const { kappa, meanAbsoluteError } = set;
  if (!accuracy) throw new Error('an evaluation without cases');
  return {
    ...{ nCases, nPatients },
    ...(auroc ? { auroc: interval(auroc) } : {}),
    ...(sensitivity ? { sensitivity: interval(sensitivity) } : {}),
    ...(specificity ? { specificity: interval(specificity) } : {}),
    accuracy: interval(accuracy),
    ...(balancedAccuracy ? { balancedAccuracy: interval(balancedAccuracy) } : {}),
    ...(brier ? { brier: interval(brier) } : {}),
    ...(kappa ? { kappa: interval(kappa) } : {}),
    ...(meanAbsoluteError ? { meanAbsoluteError: interval(meanAbsoluteError) } : {}),
    ...classFigures(set),
    confusion: confusion.counts.map((row) => [...row]),
    roc: roc.map((point) => ({ ...point })),
  };
}

/** Grades are judged by their distance, two classes by the positive one: neither class by class. */
function classFigures({ perClass, classCounts, kappa }: MetricSet): Pick<UnitMetrics, 'perClass'> {
  if (!perClass || kappa) return {};
  const figures = Object.entries(perClass).map(([name, { auroc, sensitivity, specificity, ppv, roc }]) => ({
    name,
    nCases: classCounts[name]?.cases ?? 0,
    nPatients: classCounts[name]?.patients ?? 0,
    ...(auroc ? { auroc: interval(auroc) } : {}),
    ...(sensitivity ? { sensitivity: interval(sensitivity) } : {}),
    ...(specificity ? { specificity: interval(specificity) } : {}),
    ...(ppv ? { ppv: interval(ppv) } : {}),
    roc: roc.map((point) => ({ ...point })),
  }));
  return { perClass: figures };
}

/** What was measured of classes or grades, as the contract has it. */
export function classResult({ task, evaluation, baselines, folds }: ClassJudgement): Omit<ClassEvaluation, Place> {
  const { perCase, perPatient, perPatientReason, classes, positive, threshold, unit } = evaluation;
  return {
    ...{ task, unit },
    classes: [...classes],
    ...(positive === null ? {} : { positive }),
    threshold: { ...threshold },
    perCase: unitMetrics(perCase),
    ...(perPatient ? { perPatient: unitMetrics(perPatient) } : {}),
    ...(perPatientReason ? { perPatientReason: perPatientReason.message } : {}),
    ...(folds ? { folds: folds.map((fold) => ({ ...fold })) } : {}),
    baselines: baselines.map((baseline) => ({ ...baseline })),
  };
}

const numberFigures = ({ meanAbsoluteError, rootMeanSquareError, explained }: NumberFigures) => ({
  meanAbsoluteError: interval(meanAbsoluteError),
  rootMeanSquareError: interval(rootMeanSquareError),
  ...(explained ? { explained: interval(explained) } : {}),
});

function numberMetrics(set: NumberMetricSet): NumberMetrics {
  const { nCases, nPatients, concordance, correlation, rankCorrelation, bias, agreement } = set;
  return {
    ...{ nCases, nPatients },
    ...numberFigures(set),
    ...(concordance ? { concordance: interval(concordance) } : {}),
    ...(correlation ? { correlation: interval(correlation) } : {}),
    ...(rankCorrelation ? { rankCorrelation: interval(rankCorrelation) } : {}),
    ...(bias ? { bias: interval(bias) } : {}),
    agreement: { ...agreement },
  };
}

/** What was measured of a number, as the contract has it. */
export function numberResult(judged: NumberJudgement): Omit<NumberEvaluation, Place> {
  const { task, name, unit, scale, perCase, perPatient, perPatientReason, baselines, folds } = judged;
  return {
    ...{ task, name, unit, scale },
    perCase: numberMetrics(perCase),
    ...(perPatient ? { perPatient: numberMetrics(perPatient) } : {}),
    ...(perPatientReason ? { perPatientReason } : {}),
    ...(folds
      ? {
          folds: folds.map((fold) => {
            const { title, nCases, nPatients } = fold;
            return { title, nCases, nPatients, ...numberFigures(fold) };
          }),
        }
      : {}),
    baselines: baselines.map((baseline) => {
      const { name: of, description } = baseline;
      return { name: of, description, ...numberFigures(baseline) };
    }),
  };
}

function labelMetrics(set: LabelMetricSet, thresholds: readonly number[]): LabelMetrics {
  const { nCases, nPatients, macro, perLabel } = set;
  return {
    ...{ nCases, nPatients },
    ...(macro ? { macro: interval(macro) } : {}),
    perLabel: perLabel.map(({ name, auroc, sensitivity, specificity, ppv, npv, roc, ...counts }, label) => ({
      ...{ name, nCases: counts.nCases, nPatients: counts.nPatients, nYes: counts.nYes },
      ...(auroc ? { auroc: interval(auroc) } : {}),
      ...(sensitivity ? { sensitivity: interval(sensitivity) } : {}),
      ...(specificity ? { specificity: interval(specificity) } : {}),
      ...(ppv ? { ppv: interval(ppv) } : {}),
      ...(npv ? { npv: interval(npv) } : {}),
      threshold: thresholds[label] ?? 0.5,
      roc: roc.map((point) => ({ ...point })),
    })),
  };
}

/** What was measured of several labels, as the contract has it. */
export function labelResult(judged: LabelJudgement): Omit<LabelEvaluation, Place> {
  const { task, unit, labels, thresholds, thresholdRule, perCase, perPatient, perPatientReason, baselines, folds } =
    judged;
  return {
    ...{ task, unit, thresholdRule },
    labels: [...labels],
    perCase: labelMetrics(perCase, thresholds),
    ...(perPatient ? { perPatient: labelMetrics(perPatient, thresholds) } : {}),
    ...(perPatientReason ? { perPatientReason } : {}),
    ...(folds
      ? {
          folds: folds.map(({ title, measured: { nCases, nPatients, macro } }) => ({
            ...{ title, nCases, nPatients },
            ...(macro ? { macro: interval(macro) } : {}),
          })),
        }
      : {}),
    baselines: baselines.map(({ name, description, measured: { macro, perLabel } }) => ({
      ...{ name, description },
      ...(macro ? { macro: interval(macro) } : {}),
      perLabel: perLabel.map(({ auroc }) => (auroc ? interval(auroc) : undefined)),
    })),
  };
}
