import { aurocEstimate } from '../../domain/statistics/aurocInterval.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { type LabelAnswer, labelAuroc } from '../../domain/statistics/labelAuroc.ts';
import { proportionEstimate } from '../../domain/statistics/proportion.ts';
import { type RocPoint, rocCurve } from '../../domain/statistics/rocCurve.ts';
import { logitsOfMeanScores } from '../../domain/statistics/scores.ts';
import type { NoPatientResult } from './averageByPatient.ts';

/** One case with its answers, its scores and what it is called, label by label. */
export interface LabelledCase {
  readonly patientId: string;
  readonly answers: readonly LabelAnswer[];
  readonly logits: readonly number[];
  readonly scores: readonly number[];
  readonly called: readonly boolean[];
}

/** One label over the cases in which it was answered; null where the denominator is 0. */
export interface LabelMetrics {
  readonly name: string;
  readonly nCases: number;
  readonly nPatients: number;
  readonly nYes: number;
  readonly auroc: Estimate | null;
  readonly sensitivity: Estimate | null;
  readonly specificity: Estimate | null;
  readonly ppv: Estimate | null;
  readonly npv: Estimate | null;
  readonly roc: readonly RocPoint[];
}

export interface LabelMetricSet {
  readonly nCases: number;
  readonly nPatients: number;
  /** Mean AUROC of the labels, null where one of them has only one answer. */
  readonly macro: Estimate | null;
  readonly perLabel: readonly LabelMetrics[];
}

function measureLabel(cases: readonly LabelledCase[], name: string, label: number): LabelMetrics {
  const answered = cases.filter((c) => c.answers[label] !== undefined);
  const isYes = (c: LabelledCase): boolean => c.answers[label] === true;
  const isRight = (c: LabelledCase): boolean => c.called[label] === c.answers[label];
  const share = (keep: (c: LabelledCase) => boolean): Estimate | null => {
    const kept = answered.filter(keep);
    return (
      proportionEstimate(
        kept.map(isRight),
        kept.map((c) => c.patientId),
      ) ?? null
    );
  };
  const scores = answered.map((c) => c.scores[label] ?? Number.NaN);
  const truths = answered.map(isYes);
  const patientIds = answered.map((c) => c.patientId);
  return {
    name,
    nCases: answered.length,
    nPatients: new Set(patientIds).size,
    nYes: truths.filter(Boolean).length,
    auroc: aurocEstimate(scores, truths, patientIds) ?? null,
    sensitivity: share(isYes),
    specificity: share((c) => !isYes(c)),
    ppv: share((c) => c.called[label] === true),
    npv: share((c) => c.called[label] === false),
    roc: rocCurve(scores, truths),
  };
}

/** Every label by itself, and the mean of their AUROCs with an interval over resampled patients. */
export function measureLabels(
  cases: readonly LabelledCase[],
  { labels, seed }: { readonly labels: readonly string[]; readonly seed: number },
): LabelMetricSet {
  const patientIds = cases.map((c) => c.patientId);
  const { macro } = labelAuroc(
    cases.map((c) => c.scores),
    cases.map((c) => c.answers),
    patientIds,
    { seed },
  );
  return {
    nCases: cases.length,
    nPatients: new Set(patientIds).size,
    macro: macro ?? null,
    perLabel: labels.map((name, label) => measureLabel(cases, name, label)),
  };
}

/** One case per patient, on mean scores, where all of the patient's cases have the same answers. */
export function labelsByPatient(
  cases: readonly LabelledCase[],
  callOf: (scores: readonly number[], own: readonly LabelledCase[]) => readonly boolean[],
  scoresOf: (logits: readonly number[]) => readonly number[],
): LabelledCase[] | NoPatientResult {
  const patients = [...Map.groupBy(cases, (c) => c.patientId)];
  const differ = (a: LabelledCase | undefined, b: LabelledCase): boolean =>
    b.answers.some((answer, label) => answer !== a?.answers[label]);
  const mixed = patients.filter(([, own]) => own.some((c) => differ(own[0], c))).length;
  if (mixed > 0) {
    const message = `${mixed} of ${patients.length} patients have cases with different answers, so a patient has no single truth.`;
    return { code: 'mixed-labels', message, nPatients: mixed };
  }
  return patients.map(([patientId, own]) => {
    const logits = logitsOfMeanScores(
      own.map((c) => c.logits),
      'sigmoid',
    );
    const scores = scoresOf(logits);
    return { patientId, answers: own[0]?.answers ?? [], logits, scores, called: callOf(scores, own) };
  });
}
