import type { Parsed } from '../../contract/define.ts';
import type { Evaluation, modelMethods, UnitMetrics } from '../../contract/models.ts';
import type { Interval } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { readSnapshotIndex } from '../../learning/dataset/openSnapshot.ts';
import type { MetricSet } from '../../learning/evaluation/measureCases.ts';
import type { ModelEvaluation } from '../../learning/prediction/evaluateModel.ts';
import { newId } from '../../store/newId.ts';
import type { StoredCase } from '../../store/runs/runs.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { runInWorker } from './runInWorker.ts';
import { storedModel } from './storedModel.ts';
import { threadCount } from './threadCount.ts';

type EvaluateInput = Parsed<(typeof modelMethods)['models.evaluate']>;

/** Evaluates in a worker and keeps the result. The look is counted before anything is shown. */
export async function evaluateModelJob(context: AppContext, input: EvaluateInput, job: JobContext) {
  const { runs } = context.store;
  const model = storedModel(context.store, input.modelId);
  const snapshotId = input.snapshotId ?? model.summary.snapshotId;
  const snapshot = snapshotId === undefined ? undefined : runs.snapshot(snapshotId);
  if (!snapshot) throw new AppError('not-found', 'Choose a dataset to evaluate this model on.');
  const request = {
    modelPath: model.path,
    snapshotDirectory: snapshot.summary.path,
    split: input.split,
    threads: threadCount(),
    ...(input.tta ? { tta: input.tta } : {}),
  };
  const result = await runInWorker(context, 'evaluate', request, {
    signal: job.signal,
    onProgress: (progress) => job.progress(progress),
  });
  const looks = runs.recordLook(model.summary.id, snapshot.summary.id, result.split);
  const measured = contractEvaluation(result, model.summary.id, snapshot.summary.id, looks);
  const evaluation = input.tta ? { ...measured, tta: input.tta } : measured;
  runs.addEvaluation(evaluation, evaluatedCases(result, snapshot.summary.path));
  context.announce('models.changed', {});
  return { evaluationId: evaluation.id };
}

function contractEvaluation(result: ModelEvaluation, modelId: string, snapshotId: string, looks: number): Evaluation {
  const { evaluation, baselines, outOfFold, split, folds } = result;
  const { task, perCase, perPatient, perPatientReason, classes, positive, threshold, unit } = evaluation;
  return {
    id: newId('evaluation'),
    ...{ modelId, snapshotId, split, outOfFold, unit },
    ...(task === 'classification' ? {} : { task }),
    classes: [...classes],
    ...(positive === null ? {} : { positive }),
    threshold: { ...threshold },
    perCase: unitMetrics(perCase),
    ...(perPatient ? { perPatient: unitMetrics(perPatient) } : {}),
    ...(perPatientReason ? { perPatientReason: perPatientReason.message } : {}),
    ...(folds ? { folds: folds.map((fold) => ({ ...fold })) } : {}),
    baselines: baselines.map((baseline) => ({ ...baseline })),
    looks,
    createdAt: new Date().toISOString(),
  };
}

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

function evaluatedCases({ cases }: ModelEvaluation, snapshotPath: string): StoredCase[] {
  const { manifest } = readSnapshotIndex(snapshotPath);
  return cases.map(({ caseIndex, trueClass, predictedClass, scores, folds, threshold }) => {
    const found = manifest.cases[caseIndex];
    if (!found) throw new Error('a case outside the snapshot');
    return {
      caseIndex,
      patientId: found.patientId,
      imageId: imageIdOf(found.sopInstanceUid as SopInstanceUid, found.frameNumber),
      seriesInstanceUid: found.seriesInstanceUid,
      trueClass,
      predictedClass,
      scores: [...scores],
      ...(folds && { folds: [...folds] }),
      ...(threshold !== undefined && { threshold }),
    };
  });
}
