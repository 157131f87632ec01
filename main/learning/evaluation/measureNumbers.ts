import type { Estimate } from '../../domain/statistics/estimate.ts';
import { type Agreement, measuredErrors } from '../../domain/statistics/measuredError.ts';
import { numberAgreement } from '../../domain/statistics/numberAgreement.ts';
import type { NoPatientResult } from './averageByPatient.ts';

/** One case with its true and its predicted number, in the unit of the question. */
export interface PredictedNumber {
  readonly patientId: string;
  readonly truth: number;
  readonly predicted: number;
}

/** Errors in the unit of the question, agreement without one; 95 % intervals over resampled patients. */
export interface NumberMetricSet {
  readonly nCases: number;
  readonly nPatients: number;
  readonly meanAbsoluteError: Estimate;
  readonly rootMeanSquareError: Estimate;
  /** R squared; below 0 where the mean of these cases would have been nearer. */
  readonly explained: Estimate | null;
  readonly concordance: Estimate | null;
  readonly correlation: Estimate | null;
  readonly rankCorrelation: Estimate | null;
  /** Mean of predicted - true. */
  readonly bias: Estimate | null;
  readonly agreement: Agreement;
}

export interface NumberMeasureOptions {
  /** Width of the scale of the question. */
  readonly range: number;
  readonly seed: number;
}

/** Throws without cases, and on a number that is not finite. */
export function measureNumbers(cases: readonly PredictedNumber[], options: NumberMeasureOptions): NumberMetricSet {
  const truths = cases.map((c) => c.truth);
  const predicted = cases.map((c) => c.predicted);
  if (![...truths, ...predicted].every(Number.isFinite)) throw new Error('a number to be judged is not finite');
  const patientIds = cases.map((c) => c.patientId);
  const errors = measuredErrors(truths, predicted, patientIds, options);
  if (!errors) throw new Error('an evaluation without cases');
  const { concordance, correlation, rankCorrelation } = numberAgreement(truths, predicted, patientIds, options);
  return {
    nCases: cases.length,
    nPatients: new Set(patientIds).size,
    meanAbsoluteError: errors.meanAbsolute,
    rootMeanSquareError: errors.rootMeanSquare,
    explained: errors.explained ?? null,
    concordance: concordance ?? null,
    correlation: correlation ?? null,
    rankCorrelation: rankCorrelation ?? null,
    bias: errors.bias ?? null,
    agreement: errors.agreement,
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** One prediction per patient: the mean over the cases, where all of them have the same true number. */
export function numbersByPatient(cases: readonly PredictedNumber[]): PredictedNumber[] | NoPatientResult {
  const patients = [...Map.groupBy(cases, (c) => c.patientId)];
  const mixed = patients.filter(([, own]) => own.some((c) => c.truth !== own[0]?.truth)).length;
  if (mixed > 0) {
    const message = `${mixed} of ${patients.length} patients have cases with different numbers, so a patient has no single truth.`;
    return { code: 'mixed-labels', message, nPatients: mixed };
  }
  return patients.map(([patientId, own]) => ({
    patientId,
    truth: own[0]?.truth ?? Number.NaN,
    predicted: mean(own.map((c) => c.predicted)),
  }));
}
