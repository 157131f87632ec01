import type { LabelEvaluation, LabelFigures, LabelMetrics } from '../../../contract/evaluations.ts';
import type { Interval } from '../../../contract/values.ts';

const figuresLine = (figures: LabelFigures): [string, object] => [
  figures.name,
  {
    n_cases: figures.nCases,
    n_patients: figures.nPatients,
    n_yes: figures.nYes,
    auroc: figures.auroc ?? null,
    sensitivity: figures.sensitivity ?? null,
    specificity: figures.specificity ?? null,
    ppv: figures.ppv ?? null,
    npv: figures.npv ?? null,
    threshold: figures.threshold,
  },
];

const metricsLine = ({ nCases, nPatients, macro, perLabel }: LabelMetrics): object => ({
  n_cases: nCases,
  n_patients: nPatients,
  macro_auroc: macro ?? null,
  per_label: Object.fromEntries(perLabel.map(figuresLine)),
});

/** What was measured of several labels, for --json. */
export function labelLine(evaluation: LabelEvaluation): object {
  const { labels, thresholdRule, perCase, perPatient, folds, baselines } = evaluation;
  return {
    labels,
    threshold_rule: thresholdRule,
    per_case: metricsLine(perCase),
    per_patient: perPatient ? metricsLine(perPatient) : null,
    ...(folds === undefined
      ? {}
      : {
          folds: folds.map((fold) => ({
            ...{ title: fold.title, n_cases: fold.nCases, n_patients: fold.nPatients },
            macro_auroc: fold.macro ?? null,
          })),
        }),
    baselines: baselines.map(({ name, description, macro, perLabel }) => ({
      ...{ name, description, macro_auroc: macro ?? null },
      auroc: Object.fromEntries(labels.map((label, i) => [label, perLabel[i] ?? null])),
    })),
  };
}

const text = (interval: Interval | undefined): string =>
  interval
    ? `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
    : 'not defined here';

/** The same for people. */
export function describeLabelEvaluation(evaluation: LabelEvaluation): string[] {
  const { perCase, perPatient, perPatientReason, thresholdRule, folds = [], baselines, unit } = evaluation;
  const counts = ({ nCases, nPatients }: LabelMetrics): string => `n ${nCases} of ${nPatients} patients`;
  return [
    thresholdRule,
    `per ${unit}: ${counts(perCase)}, mean AUROC of the labels ${text(perCase.macro)}`,
    ...perCase.perLabel.map(
      ({ name, nCases, nYes, auroc, sensitivity, specificity, threshold }) =>
        `  ${name}: ${nYes} of ${nCases} yes, AUROC ${text(auroc)}, sensitivity ${text(sensitivity)}, specificity ${text(specificity)} from ${threshold.toFixed(3)}`,
    ),
    perPatient
      ? `per patient: ${counts(perPatient)}, mean AUROC of the labels ${text(perPatient.macro)}`
      : `per patient: ${perPatientReason ?? 'not given'}`,
    ...folds.map(({ title, nCases, macro }) => `${title}: n ${nCases}, mean AUROC ${text(macro)}`),
    ...baselines.map(({ name, macro }) => `${name}: mean AUROC ${text(macro)}`),
  ];
}
