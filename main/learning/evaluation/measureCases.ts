import { aurocEstimate } from '../../domain/statistics/aurocInterval.ts';
import { bootstrapAurocEstimate } from '../../domain/statistics/bootstrapAuroc.ts';
import { brierEstimate } from '../../domain/statistics/brier.ts';
import { type ConfusionMatrix, confusionMatrix } from '../../domain/statistics/confusion.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { macroAuroc } from '../../domain/statistics/macroAuroc.ts';
import { measuredErrors } from '../../domain/statistics/measuredError.ts';
import { meanOfProportions, proportionEstimate } from '../../domain/statistics/proportion.ts';
import { type RocPoint, rocCurve } from '../../domain/statistics/rocCurve.ts';
import { weightedKappa } from '../../domain/statistics/weightedKappa.ts';
import type { DecidedCase } from './predictedCase.ts';

/** One class against the rest, at the called classes. null where its denominator is 0. */
export interface ClassMetrics {
  readonly auroc: Estimate | null;
  readonly sensitivity: Estimate | null;
  readonly specificity: Estimate | null;
  readonly ppv: Estimate | null;
  readonly npv: Estimate | null;
  readonly roc: readonly RocPoint[];
}

/**
 * Metrics of one list of cases, each with n and a 95 % interval clustered by patient. For two classes the fields of
 * ClassMetrics are those of the positive class and `perClass` is null; for more, `auroc` is the one-versus-rest mean,
 * sensitivity to npv are null, `roc` is empty and `perClass` has them all.
 */
export interface MetricSet extends ClassMetrics {
  readonly nCases: number;
  readonly nPatients: number;
  readonly classCounts: Readonly<Record<string, { readonly cases: number; readonly patients: number }>>;
  /** The same AUROC with the interval of 2,000 patient resamples; two classes only. */
  readonly aurocBootstrap: Estimate | null;
  readonly accuracy: Estimate | null;
  /** Mean sensitivity of the classes. */
  readonly balancedAccuracy: Estimate | null;
  readonly brier: Estimate | null;
  /** Of ordered grades: kappa weighted by squared steps, and the mean distance from the truth in steps. */
  readonly kappa: Estimate | null;
  readonly meanAbsoluteError: Estimate | null;
  readonly confusion: ConfusionMatrix;
  readonly perClass: Readonly<Record<string, ClassMetrics>> | null;
}

export interface MeasureOptions {
  readonly classes: readonly string[];
  readonly positive: string;
  /** Seed of the bootstrap. */
  readonly seed: number;
  /** The classes are ordered grades. */
  readonly isOrdered?: boolean;
}

function share(cases: readonly DecidedCase[], isHit: (c: DecidedCase) => boolean): Estimate | null {
  return (
    proportionEstimate(
      cases.map(isHit),
      cases.map((c) => c.patientId),
    ) ?? null
  );
}

function measureClass(cases: readonly DecidedCase[], name: string, column: number): ClassMetrics {
  const scores = cases.map((c) => c.scores[column] ?? Number.NaN);
  const isPositive = cases.map((c) => c.trueClass === name);
  const patientIds = cases.map((c) => c.patientId);
  const isRight = (c: DecidedCase) => (c.predictedClass === name) === (c.trueClass === name);
  const where = (keep: (c: DecidedCase) => boolean) => share(cases.filter(keep), isRight);
  return {
    auroc: aurocEstimate(scores, isPositive, patientIds) ?? null,
    sensitivity: where((c) => c.trueClass === name),
    specificity: where((c) => c.trueClass !== name),
    ppv: where((c) => c.predictedClass === name),
    npv: where((c) => c.predictedClass !== name),
    roc: rocCurve(scores, isPositive),
  };
}

function countClasses(cases: readonly DecidedCase[], classes: readonly string[]): MetricSet['classCounts'] {
  const counts = classes.map((name) => {
    const own = cases.filter((c) => c.trueClass === name);
    return [name, { cases: own.length, patients: new Set(own.map((c) => c.patientId)).size }] as const;
  });
  return Object.fromEntries(counts);
}

function measureTwoClasses(cases: readonly DecidedCase[], { classes, positive, seed }: MeasureOptions) {
  const column = classes.indexOf(positive);
  const scores = cases.map((c) => c.scores[column] ?? Number.NaN);
  const isPositive = cases.map((c) => c.trueClass === positive);
  const bootstrap = bootstrapAurocEstimate(
    scores,
    isPositive,
    cases.map((c) => c.patientId),
    { seed },
  );
  return { ...measureClass(cases, positive, column), aurocBootstrap: bootstrap ?? null, perClass: null };
}

function measureManyClasses(cases: readonly DecidedCase[], { classes, seed }: MeasureOptions) {
  const truth = cases.map((c) => classes.indexOf(c.trueClass));
  const { macro } = macroAuroc(
    cases.map((c) => c.scores),
    truth,
    cases.map((c) => c.patientId),
    { seed },
  );
  const perClass = Object.fromEntries(classes.map((name, k) => [name, measureClass(cases, name, k)]));
  const positiveOnly = { sensitivity: null, specificity: null, ppv: null, npv: null, roc: [], aurocBootstrap: null };
  return { ...positiveOnly, auroc: macro ?? null, perClass };
}

const noGrades = { kappa: null, meanAbsoluteError: null };

function measureGrades(cases: readonly DecidedCase[], { classes, seed, isOrdered }: MeasureOptions) {
  if (!isOrdered) return noGrades;
  const truths = cases.map((c) => classes.indexOf(c.trueClass));
  const predicted = cases.map((c) => classes.indexOf(c.predictedClass));
  const patientIds = cases.map((c) => c.patientId);
  const errors = measuredErrors(truths, predicted, patientIds, { seed, range: classes.length - 1 });
  return {
    kappa: weightedKappa(truths, predicted, patientIds, { seed, grades: classes.length }) ?? null,
    meanAbsoluteError: errors?.meanAbsolute ?? null,
  };
}

/** Every metric of a list of decided cases. Throws on a true class that is not the model's. */
export function measureCases(cases: readonly DecidedCase[], options: MeasureOptions): MetricSet {
  const { classes, seed } = options;
  const patientIds = cases.map((c) => c.patientId);
  const nPatients = new Set(patientIds).size;
  const truth = cases.map((c) => classes.indexOf(c.trueClass));
  const recalls = classes.map((name) =>
    share(
      cases.filter((c) => c.trueClass === name),
      (c) => c.predictedClass === name,
    ),
  );
  const known = recalls.filter((r) => r !== null);
  return {
    nCases: cases.length,
    nPatients,
    classCounts: countClasses(cases, classes),
    ...(classes.length === 2 ? measureTwoClasses(cases, options) : measureManyClasses(cases, options)),
    ...measureGrades(cases, options),
    accuracy: share(cases, (c) => c.predictedClass === c.trueClass),
    balancedAccuracy: (known.length === classes.length ? meanOfProportions(known, nPatients) : undefined) ?? null,
    brier:
      brierEstimate(
        cases.map((c) => c.scores),
        truth,
        patientIds,
        { seed },
      ) ?? null,
    confusion: confusionMatrix(
      classes,
      cases.map((c) => c.trueClass),
      cases.map((c) => c.predictedClass),
    ),
  };
}
