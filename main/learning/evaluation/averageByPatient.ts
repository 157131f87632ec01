import { meanLogits } from '../../domain/statistics/scores.ts';
import type { PredictedCase } from './predictedCase.ts';

export interface NoPatientResult {
  readonly code: 'mixed-labels';
  readonly message: string;
  /** Patients whose cases have more than one class. */
  readonly nPatients: number;
}

/**
 * One prediction per patient: the mean of the cases' logits, never their maximum, which rewards many images. A reason
 * instead, where a patient's cases have different classes: then a patient has no one truth.
 */
export function averageByPatient(cases: readonly PredictedCase[]): PredictedCase[] | NoPatientResult {
  const byPatient = new Map<string, PredictedCase[]>();
  for (const c of cases) {
    const known = byPatient.get(c.patientId);
    if (known) known.push(c);
    else byPatient.set(c.patientId, [c]);
  }
  const patients = [...byPatient.entries()];
  const mixed = patients.filter(([, own]) => own.some((c) => c.trueClass !== own[0]?.trueClass)).length;
  if (mixed > 0) {
    const message = `${mixed} of ${patients.length} patients have cases of different classes, so a patient has no single truth.`;
    return { code: 'mixed-labels', message, nPatients: mixed };
  }
  return patients.map(([patientId, own]) => {
    const first = own[0];
    return {
      caseId: patientId,
      patientId,
      trueClass: first?.trueClass ?? '',
      logits: meanLogits(own.map((c) => c.logits)),
      ...(first?.threshold === undefined ? {} : { threshold: first.threshold }),
    };
  });
}
