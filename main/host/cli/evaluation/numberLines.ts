import type { NumberEvaluation, NumberMetrics } from '../../../contract/evaluations.ts';
import type { Interval } from '../../../contract/values.ts';

type Figures = Pick<NumberMetrics, 'meanAbsoluteError' | 'rootMeanSquareError' | 'explained'>;

const figuresLine = ({ meanAbsoluteError, rootMeanSquareError, explained }: Figures): object => ({
  mean_absolute_error: meanAbsoluteError,
  root_mean_square_error: rootMeanSquareError,
  r_squared: explained ?? null,
});

const metricsLine = (metrics: NumberMetrics): object => ({
  n_cases: metrics.nCases,
  n_patients: metrics.nPatients,
  ...figuresLine(metrics),
  concordance: metrics.concordance ?? null,
  pearson: metrics.correlation ?? null,
  spearman: metrics.rankCorrelation ?? null,
  bias: metrics.bias ?? null,
  limits_of_agreement: [metrics.agreement.lower, metrics.agreement.upper],
});

/** What was measured of a number, for --json; errors in its unit. */
export function numberLine({ name, scale, perCase, perPatient, folds, baselines }: NumberEvaluation): object {
  return {
    number: { name, ...scale },
    per_case: metricsLine(perCase),
    per_patient: perPatient ? metricsLine(perPatient) : null,
    ...(folds === undefined
      ? {}
      : {
          folds: folds.map((fold) => ({
            ...{ title: fold.title, n_cases: fold.nCases, n_patients: fold.nPatients },
            ...figuresLine(fold),
          })),
        }),
    baselines: baselines.map((baseline) => ({
      ...{ name: baseline.name, description: baseline.description },
      ...figuresLine(baseline),
    })),
  };
}

const text = (interval: Interval | undefined, unit = ''): string =>
  interval
    ? `${interval.value.toFixed(3)}${unit} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
    : 'not defined here';

/** The same for people. */
export function describeNumberEvaluation(evaluation: NumberEvaluation): string[] {
  const { scale, perCase, perPatient, perPatientReason, folds = [], baselines, unit } = evaluation;
  const inUnit = scale.unit === '' ? '' : ` ${scale.unit}`;
  const figures = ({ meanAbsoluteError, rootMeanSquareError, explained }: Figures): string =>
    `mean error ${text(meanAbsoluteError, inUnit)}, root mean square ${text(rootMeanSquareError, inUnit)}, R2 ${text(explained)}`;
  const metrics = (title: string, m: NumberMetrics): string[] => [
    `${title}: n ${m.nCases} of ${m.nPatients} patients, ${figures(m)}`,
    `  concordance ${text(m.concordance)}, Pearson ${text(m.correlation)}, Spearman ${text(m.rankCorrelation)}`,
    `  bias ${text(m.bias, inUnit)}, 95 % of differences from ${m.agreement.lower.toFixed(3)} to ${m.agreement.upper.toFixed(3)}${inUnit}`,
  ];
  return [
    ...metrics(`per ${unit}`, perCase),
    ...(perPatient ? metrics('per patient', perPatient) : [`per patient: ${perPatientReason ?? 'not given'}`]),
    ...folds.map((fold) => `${fold.title}: n ${fold.nCases}, ${figures(fold)}`),
    ...baselines.map((baseline) => `${baseline.name}: ${figures(baseline)}`),
  ];
}
