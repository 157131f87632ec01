import { type DatasetTask, taskWords } from '../../contract/datasetTask.ts';
import { AppError } from '../../domain/errors.ts';
import { openSnapshot, type Snapshot } from '../dataset/openSnapshot.ts';
import { type ClassJudgement, judgeClasses } from './judgeClasses.ts';
import { judgeLabels, type LabelJudgement } from './judgeLabels.ts';
import { judgeNumbers, type NumberJudgement } from './judgeNumbers.ts';
import { type LoadedModel, loadModel } from './loadModel.ts';
import { type PredictHooks, type PredictInput, predictOutOfFold, predictSplit } from './predictCases.ts';
import { refuseViews } from './testTimeAugmentation.ts';

export interface EvaluateModelInput extends PredictInput {
  /** Model folder or .onnx file. */
  readonly modelPath: string;
  readonly snapshotDirectory: string;
}

/** A model measured in the terms of its task. */
export type ModelEvaluation = { readonly outOfFold: boolean; readonly split: string } & (
  | ClassJudgement
  | NumberJudgement
  | LabelJudgement
);

/** A snapshot and what a model says of its cases, told apart by what the dataset asks. */
const judges = {
  classification: judgeClasses,
  ordinal: judgeClasses,
  regression: judgeNumbers,
  'multi-label': judgeLabels,
} as const satisfies Record<DatasetTask, unknown>;

/**
 * Evaluates a model on cases it has not seen: a fold ensemble on its own snapshot out of fold (each case by the network
 * that was not trained on its patient, at that fold's own validation threshold), otherwise one split of a snapshot.
 * Errors: `seen-in-training`, `shape-mismatch` (other preprocessing or classes), `missing-class`.
 */
export async function evaluateModel(input: EvaluateModelInput, hooks: PredictHooks): Promise<ModelEvaluation> {
  const snapshot = openSnapshot(input.snapshotDirectory);
  const model = loadModel(input.modelPath, { device: 'cpu', threads: input.threads });
  try {
    refuseMismatch(model, snapshot);
    refuseViews(input.tta, model.card);
    const outOfFold = model.card.folds !== undefined && model.card.snapshotHash === snapshot.manifest.hash;
    if (outOfFold) refuseUnfinishedFolds(model, snapshot);
    const predict = outOfFold ? predictOutOfFold : predictSplit;
    const predicted = await predict(model, snapshot, input, hooks);
    hooks.progress({ fraction: 0.8, message: 'trivial baselines' });
    const judge = judges[snapshot.manifest.recipe.task];
    return { outOfFold, split: outOfFold ? 'out-of-fold' : input.split, ...judge(snapshot, model.card, predicted) };
  } finally {
    await model.dispose();
  }
}

/** Stopped early, an ensemble lacks the networks that should judge the remaining folds. */
function refuseUnfinishedFolds({ networks }: LoadedModel, { splits }: Snapshot): void {
  const folds = splits.kind === 'folds' ? splits.folds.length : 0;
  if (networks.length === folds) return;
  throw new AppError(
    'conflict',
    `Only ${networks.length} of ${folds} folds were trained before this run was stopped: resume it, or evaluate the model on another dataset.`,
  );
}

/** The pictures of the snapshot must be what the model was made for. Normalisation is the model's own in any case. */
function refuseMismatch({ card, preprocessing }: LoadedModel, { manifest }: Snapshot): void {
  if (card.task !== manifest.recipe.task)
    throw new AppError(
      'shape-mismatch',
      `The model was made for ${taskWords[card.task]}; the dataset asks for ${taskWords[manifest.recipe.task]}.`,
    );
  if (card.classes.join('\0') !== manifest.classes.join('\0'))
    throw new AppError(
      'shape-mismatch',
      `The model tells ${card.classes.join(', ')}; the dataset has ${manifest.classes.join(', ')}.`,
    );
  const shape = ({ size, resize, channels, cropMm, window, slices, phases }: typeof preprocessing) =>
    JSON.stringify([
      ...[size, resize, channels, cropMm ?? null, window?.center ?? null, window?.width ?? null],
      ...(slices ? [slices.count, slices.extent] : []),
      ...(phases ? phases.map(({ name }) => name) : []),
    ]);
  if (shape(preprocessing) !== shape(manifest.preprocessing))
    throw new AppError(
      'shape-mismatch',
      'The dataset was made with other preprocessing than the model needs: size, crop, window, channels, slices or resizing differ.',
    );
}
