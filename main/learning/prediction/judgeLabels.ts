import type { ModelCard } from '../../contract/models.ts';
import { scoresFrom } from '../../domain/statistics/scores.ts';
import type { Snapshot } from '../dataset/openSnapshot.ts';
import { labelBaselines } from '../evaluation/labelBaselines.ts';
import { type LabelledCase, type LabelMetricSet, labelsByPatient, measureLabels } from '../evaluation/measureLabels.ts';
import { labelAnswers } from '../training/trainingCases.ts';
import { type CaseOutput, foldsOfCases, outputsByGroup } from './foldScores.ts';
import { baselinesOver } from './measureBaselines.ts';
import type { Predicted } from './predictCases.ts';

/** One case, label by label. */
export interface LabelCase extends LabelledCase {
  readonly caseIndex: number;
  /** Out of fold: the folds whose networks gave the scores, from 1. */
  readonly folds?: readonly number[];
}

export interface LabelJudgement {
  readonly task: 'multi-label';
  readonly unit: string;
  readonly labels: readonly string[];
  /** One per label: what cases are called at; out of fold the mean of the networks' own. */
  readonly thresholds: readonly number[];
  readonly thresholdRule: string;
  readonly perCase: LabelMetricSet;
  readonly perPatient: LabelMetricSet | null;
  /** Why there is no per-patient result. */
  readonly perPatientReason: string | null;
  readonly cases: readonly LabelCase[];
  readonly baselines: readonly {
    readonly name: string;
    readonly description: string;
    readonly measured: LabelMetricSet;
  }[];
  readonly folds?: readonly { readonly title: string; readonly measured: LabelMetricSet }[];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Several labels, each yes or no at its own threshold, beside baselines fitted on the same training part. */
export function judgeLabels(snapshot: Snapshot, card: ModelCard, { outputs, byFold }: Predicted): LabelJudgement {
  const { manifest } = snapshot;
  const { classes: labels, unit } = manifest;
  const options = { labels, seed: 1 };
  const common = labels.map((_, label) => card.labels?.[label]?.threshold.value ?? 0.5);
  const call = (scores: readonly number[], thresholds: readonly number[]): boolean[] =>
    scores.map((score, label) => score >= (thresholds[label] ?? 0.5));
  const labelled = ({ caseIndex, logits, thresholds = common }: CaseOutput): LabelledCase => {
    const found = manifest.cases[caseIndex];
    if (!found) throw new Error('a case outside the snapshot');
    const scores = scoresFrom(logits, 'sigmoid');
    return {
      patientId: found.patientId,
      answers: labelAnswers(found),
      logits,
      scores,
      called: call(scores, thresholds),
    };
  };
  const testedBy = foldsOfCases(byFold ?? []);
  const cases = outputs.map((output): LabelCase => {
    const folds = testedBy.get(output.caseIndex);
    return { caseIndex: output.caseIndex, ...labelled(output), ...(folds && { folds }) };
  });
  const thresholds = common.map((value, label) => mean(outputs.map((output) => output.thresholds?.[label] ?? value)));
  const patients = labelsByPatient(
    cases,
    (scores) => call(scores, thresholds),
    (logits) => scoresFrom(logits, 'sigmoid'),
  );
  const baselines = baselinesOver(
    snapshot,
    outputs.map(({ caseIndex }) => caseIndex),
    byFold !== undefined,
    (pixels) => labelBaselines({ ...pixels, labels: labels.length, answers: manifest.cases.map(labelAnswers) }),
  );
  return {
    task: 'multi-label',
    ...{ unit, labels, thresholds },
    thresholdRule: `${card.labels?.[0]?.threshold.rule ?? 'fixed at 0.5'}, label by label${byFold ? ' and fold by fold' : ''}`,
    perCase: measureLabels(cases, options),
    perPatient: Array.isArray(patients) ? measureLabels(patients, options) : null,
    perPatientReason: Array.isArray(patients) ? null : patients.message,
    cases,
    baselines: baselines.map(({ name, description, tested }) => ({
      ...{ name, description },
      measured: measureLabels(
        tested.map(({ caseIndex, result }) => labelled({ caseIndex, logits: result.logits[caseIndex] ?? [] })),
        options,
      ),
    })),
    ...(byFold && {
      folds: outputsByGroup(snapshot, byFold, 'sigmoid').map(({ title, outputs: own }) => ({
        title,
        measured: measureLabels(own.map(labelled), options),
      })),
    }),
  };
}
