import type { NumberScale } from '../../contract/labels.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import type { Snapshot } from '../dataset/openSnapshot.ts';
import {
  measureNumbers,
  type NumberMetricSet,
  numbersByPatient,
  type PredictedNumber,
} from '../evaluation/measureNumbers.ts';
import { linearNumberBaseline, meanBaseline } from '../evaluation/numberBaselines.ts';
import { foldsOfCases, outputsByGroup } from './foldScores.ts';
import { baselinesOver } from './measureBaselines.ts';
import type { Predicted } from './predictCases.ts';

/** One case with its true and its predicted number. */
export interface NumberCase {
  readonly caseIndex: number;
  readonly truth: number;
  readonly predicted: number;
  /** Out of fold: the folds whose networks gave the number, from 1. */
  readonly folds?: readonly number[];
}

/** What parts and baselines are compared by. */
export interface NumberFigures {
  readonly meanAbsoluteError: Estimate;
  readonly rootMeanSquareError: Estimate;
  readonly explained: Estimate | null;
}

export interface NumberJudgement {
  readonly task: 'regression';
  readonly name: string;
  readonly unit: string;
  readonly scale: NumberScale;
  readonly perCase: NumberMetricSet;
  readonly perPatient: NumberMetricSet | null;
  /** Why there is no per-patient result. */
  readonly perPatientReason: string | null;
  readonly cases: readonly NumberCase[];
  readonly baselines: readonly (NumberFigures & { readonly name: string; readonly description: string })[];
  readonly folds?: readonly (NumberFigures & {
    readonly title: string;
    readonly nCases: number;
    readonly nPatients: number;
  })[];
}

const figuresOf = ({ meanAbsoluteError, rootMeanSquareError, explained }: NumberMetricSet): NumberFigures => ({
  ...{ meanAbsoluteError, rootMeanSquareError, explained },
});

/** A number per case: its errors in its unit, beside those of baselines fitted on the same training part. */
export function judgeNumbers(snapshot: Snapshot, _card: ModelCard, { outputs, byFold }: Predicted): NumberJudgement {
  const { manifest } = snapshot;
  const { number: scale, unit, target: name } = manifest;
  if (!scale) throw new Error('a dataset of numbers without a scale');
  const options = { range: scale.maximum - scale.minimum, seed: 1 };
  const numbered = (caseIndex: number, predicted: number): PredictedNumber => {
    const found = manifest.cases[caseIndex];
    if (!found) throw new Error('a case outside the snapshot');
    return { patientId: found.patientId, truth: found.targets?.[0] ?? Number.NaN, predicted };
  };
  const ofOutputs = (list: typeof outputs) =>
    list.map(({ caseIndex, logits }) => numbered(caseIndex, logits[0] ?? Number.NaN));
  const cases = ofOutputs(outputs);
  const patients = numbersByPatient(cases);
  const testedBy = foldsOfCases(byFold ?? []);
  const baselines = baselinesOver(
    snapshot,
    outputs.map(({ caseIndex }) => caseIndex),
    byFold !== undefined,
    (pixels) => {
      const data = { ...pixels, numbers: manifest.cases.map((c) => c.targets?.[0] ?? Number.NaN) };
      return [meanBaseline(data), linearNumberBaseline(data)];
    },
  );
  return {
    task: 'regression',
    ...{ name, unit, scale },
    perCase: measureNumbers(cases, options),
    perPatient: Array.isArray(patients) ? measureNumbers(patients, options) : null,
    perPatientReason: Array.isArray(patients) ? null : patients.message,
    cases: cases.map(({ truth, predicted }, i) => {
      const caseIndex = outputs[i]?.caseIndex ?? -1;
      const folds = testedBy.get(caseIndex);
      return { caseIndex, truth, predicted, ...(folds && { folds }) };
    }),
    baselines: baselines.map(({ name: baseline, description, tested }) => ({
      ...{ name: baseline, description },
      ...figuresOf(
        measureNumbers(
          tested.map(({ caseIndex, result }) => numbered(caseIndex, result.predicted[caseIndex] ?? Number.NaN)),
          options,
        ),
      ),
    })),
    ...(byFold && {
      folds: outputsByGroup(snapshot, byFold, 'identity').map(({ title, outputs: own }) => {
        const measured = measureNumbers(ofOutputs(own), options);
        return { title, nCases: measured.nCases, nPatients: measured.nPatients, ...figuresOf(measured) };
      }),
    }),
  };
}
