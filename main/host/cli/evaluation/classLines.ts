import type { ClassEvaluation, UnitMetrics } from '../../../contract/evaluations.ts';

type Fold = NonNullable<ClassEvaluation['folds']>[number];

const foldLine = ({ title, nCases, nPatients, auroc, kappa }: Fold): object => ({
  title,
  n_cases: nCases,
  n_patients: nPatients,
  ...(kappa ? { kappa } : { auroc: auroc ?? null }),
});

function metricsLine(metrics: UnitMetrics): object {
  return {
    n_cases: metrics.nCases,
    n_patients: metrics.nPatients,
    auroc: metrics.auroc ?? null,
    sensitivity: metrics.sensitivity ?? null,
    specificity: metrics.specificity ?? null,
    accuracy: metrics.accuracy,
    balanced_accuracy: metrics.balancedAccuracy,
    brier: metrics.brier,
    ...(metrics.kappa ? { kappa: metrics.kappa } : {}),
    ...(metrics.meanAbsoluteError ? { mean_absolute_error: metrics.meanAbsoluteError } : {}),
    ...(metrics.perClass ? { per_class: Object.fromEntries(metrics.perClass.map(rivalLine)) } : {}),
    confusion: metrics.confusion,
  };
}

const rivalLine = (figures: NonNullable<UnitMetrics['perClass']>[number]): [string, object] => [
  figures.name,
  {
    n_cases: figures.nCases,
    n_patients: figures.nPatients,
    auroc: figures.auroc ?? null,
    sensitivity: figures.sensitivity ?? null,
    specificity: figures.specificity ?? null,
    ppv: figures.ppv ?? null,
  },
];

/** What was measured of classes or grades, for --json. */
export function classLine({
  classes,
  positive,
  perCase,
  perPatient,
  folds,
  threshold,
  baselines,
}: ClassEvaluation): object {
  return {
    classes,
    positive: positive ?? null,
    per_case: metricsLine(perCase),
    per_patient: perPatient ? metricsLine(perPatient) : null,
    ...(folds === undefined ? {} : { folds: folds.map(foldLine) }),
    threshold,
    baselines,
  };
}

/** The same for people. */
export function describeClassEvaluation(evaluation: ClassEvaluation): string[] {
  const { perCase, perPatient, perPatientReason, threshold, classes, unit } = evaluation;
  return [
    describeThreshold(threshold),
    describeMetrics(`per ${unit}`, perCase),
    perPatient ? describeMetrics('per patient', perPatient) : `per patient: ${perPatientReason ?? 'not given'}`,
    ...(perCase.perClass ?? []).map(
      ({ name, nCases, auroc }) => `${name} against the rest: n ${nCases}, AUROC ${describeInterval(auroc)}`,
    ),
    ...(evaluation.folds ?? []).map(
      ({ title, nCases, auroc, kappa }) => `${title}: n ${nCases}, ${describeFigure({ auroc, kappa })}`,
    ),
    ...evaluation.baselines.map(({ name, auroc, kappa }) => `${name}: ${describeFigure({ auroc, kappa })}`),
    `confusion (rows true, columns predicted: ${classes.join(', ')}): ${JSON.stringify(perCase.confusion)}`,
  ];
}

const describeThreshold = ({ value, rule }: ClassEvaluation['threshold']): string =>
  value === null ? rule : `threshold ${value.toFixed(3)} (${rule})`;

const describeFigure = ({ auroc, kappa }: { auroc?: Figure; kappa?: Figure }): string =>
  kappa ? `weighted kappa ${describeInterval(kappa)}` : `AUROC ${describeInterval(auroc)}`;

const describeMetrics = (unit: string, metrics: UnitMetrics): string =>
  metrics.kappa ? describeGrades(unit, metrics) : describeClasses(unit, metrics);

const describeGrades = (unit: string, metrics: UnitMetrics): string =>
  `${unit}: n ${metrics.nCases} of ${metrics.nPatients} patients, ${describeFigure(metrics)}, ` +
  `mean distance ${describeInterval(metrics.meanAbsoluteError)} grades, right ${describeInterval(metrics.accuracy)}`;

const describeClasses = (unit: string, metrics: UnitMetrics): string =>
  `${unit}: n ${metrics.nCases} of ${metrics.nPatients} patients, AUROC ${describeInterval(metrics.auroc)}, ` +
  `sensitivity ${describeInterval(metrics.sensitivity)}, specificity ${describeInterval(metrics.specificity)}`;

type Figure = UnitMetrics['auroc'];

const describeInterval = (interval: Figure): string =>
  interval
    ? `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
    : 'not defined here';
