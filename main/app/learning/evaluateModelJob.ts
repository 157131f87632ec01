import type { Parsed } from '../../contract/define.ts';
import type { Evaluation } from '../../contract/evaluations.ts';
import type { modelMethods } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import { readSnapshotIndex } from '../../learning/dataset/openSnapshot.ts';
import type { ModelEvaluation } from '../../learning/prediction/evaluateModel.ts';
import { newId } from '../../store/newId.ts';
import type { StoredCase } from '../../store/runs/runs.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { classResult, labelResult, numberResult } from './evaluationResult.ts';
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
  const place = { modelId: model.summary.id, snapshotId: snapshot.summary.id, looks };
  const evaluation = contractEvaluation(result, { ...place, ...(input.tta ? { tta: input.tta } : {}) });
  runs.addEvaluation(evaluation, evaluatedCases(result, snapshot.summary.path));
  context.announce('models.changed', {});
  return { evaluationId: evaluation.id };
}

interface EvaluationPlace {
  readonly modelId: string;
  readonly snapshotId: string;
  readonly looks: number;
  readonly tta?: Evaluation['tta'];
}

function contractEvaluation(result: ModelEvaluation, { tta, ...place }: EvaluationPlace): Evaluation {
  const { outOfFold, split } = result;
  const facts = {
    id: newId('evaluation'),
    ...{ ...place, split, outOfFold },
    ...(tta ? { tta } : {}),
    createdAt: new Date().toISOString(),
  };
  if (result.task === 'regression') return { ...facts, ...numberResult(result) };
  return { ...facts, ...(result.task === 'multi-label' ? labelResult(result) : classResult(result)) };
}

function evaluatedCases(result: ModelEvaluation, snapshotPath: string): StoredCase[] {
  const { manifest } = readSnapshotIndex(snapshotPath);
  const factsOf = (caseIndex: number, folds: readonly number[] | undefined) => {
    const found = manifest.cases[caseIndex];
    if (!found) throw new Error('a case outside the snapshot');
    return {
      caseIndex,
      patientId: found.patientId,
      imageId: imageIdOf(found.sopInstanceUid as SopInstanceUid, found.frameNumber),
      seriesInstanceUid: found.seriesInstanceUid,
      ...(folds && { folds: [...folds] }),
    };
  };
  if (result.task === 'regression')
    return result.cases.map(({ caseIndex, folds, truth, predicted }) => ({
      ...{ kind: 'number', ...factsOf(caseIndex, folds), truth, predicted },
    }));
  if (result.task === 'multi-label')
    return result.cases.map(({ caseIndex, folds, answers, scores, called }) => ({
      ...{ kind: 'labels', ...factsOf(caseIndex, folds), scores: [...scores], called: [...called] },
      answers: answers.map((answer) => answer ?? null),
    }));
  return result.cases.map(({ caseIndex, folds, trueClass, predictedClass, scores, threshold }) => ({
    ...{ kind: 'class', ...factsOf(caseIndex, folds), trueClass, predictedClass, scores: [...scores] },
    ...(threshold !== undefined && { threshold }),
  }));
}
