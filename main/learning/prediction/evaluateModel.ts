import { taskWords } from '../../contract/datasetTask.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { TestTimeAugmentation } from '../../contract/testTimeAugmentation.ts';
import { AppError } from '../../domain/errors.ts';
import { softmax } from '../../domain/statistics/scores.ts';
import { chooseThreshold, type Threshold } from '../../domain/statistics/thresholdRule.ts';
import { openSnapshot, type Snapshot, splitOfCases } from '../dataset/openSnapshot.ts';
import { type Evaluation, evaluatePredictions } from '../evaluation/evaluatePredictions.ts';
import { decideCases, type PredictedCase } from '../evaluation/predictedCase.ts';
import { tableHeadLogits } from '../heads/tableHead.ts';
import type { InputSource } from '../training/inputSource.ts';
import { Scorer } from '../training/scorer.ts';
import { averagePerCase, type FoldPrediction, type FoldScore, logitsOfMeanScores, scoreFolds } from './foldScores.ts';
import { type LoadedModel, type LoadedNetwork, loadModel } from './loadModel.ts';
import { type BaselineScore, measureBaselines } from './measureBaselines.ts';
import { refuseSeen } from './refuseSeen.ts';
import { averageViews, refuseViews, viewSources } from './testTimeAugmentation.ts';

export interface EvaluateModelInput {
  /** Model folder or .onnx file. */
  readonly modelPath: string;
  readonly snapshotDirectory: string;
  /** train, val or test; ignored where the evaluation is out of fold. */
  readonly split: string;
  /** Views of each picture whose scores are averaged, for the thresholds of folds as well. */
  readonly tta?: TestTimeAugmentation;
  readonly threads: number;
}

/** One case with its truth, its scores (in the order of the classes) and what it is called at the threshold. */
export interface ScoredCase {
  readonly caseIndex: number;
  readonly trueClass: string;
  readonly predictedClass: string;
  readonly scores: readonly number[];
  /** Out of fold: the folds whose networks gave the scores, from 1. */
  readonly folds?: readonly number[];
  /** Of two classes without an order. */
  readonly threshold?: number;
}

export interface ModelEvaluation {
  readonly evaluation: Evaluation;
  readonly outOfFold: boolean;
  readonly split: string;
  readonly cases: readonly ScoredCase[];
  readonly baselines: readonly BaselineScore[];
  /** Of an out-of-fold evaluation: every fold, repeat or site by itself. */
  readonly folds?: readonly FoldScore[];
}

interface Hooks {
  readonly progress: (value: { fraction: number; message: string }) => void;
  readonly signal: AbortSignal;
}

/** Predictions, each at its position in the snapshot. */
interface Predicted {
  /** Out of fold: folds, repeats or sites, each with its own figures. */
  readonly folds?: readonly FoldScore[];
  readonly caseIndexes: readonly number[];
  /** Out of fold, by case index: the folds that tested it, from 1. */
  readonly foldsOfCase?: ReadonlyMap<number, readonly number[]>;
  readonly predictions: readonly PredictedCase[];
  readonly threshold: Threshold | undefined;
}

/**
 * Evaluates a model on cases it has not seen: a fold ensemble on its own snapshot out of fold (each case by the network
 * that was not trained on its patient, at that fold's own validation threshold), otherwise one split of a snapshot.
 * Errors: `seen-in-training`, `shape-mismatch` (other preprocessing or classes), `missing-class`.
 */
export async function evaluateModel(input: EvaluateModelInput, hooks: Hooks): Promise<ModelEvaluation> {
  const snapshot = openSnapshot(input.snapshotDirectory);
  const model = loadModel(input.modelPath, { device: 'cpu', threads: input.threads });
  try {
    refuseMismatch(model, snapshot);
    refuseViews(input.tta, model.card);
    const outOfFold = model.card.folds !== undefined && model.card.snapshotHash === snapshot.manifest.hash;
    if (outOfFold) refuseUnfinishedFolds(model, snapshot);
    const predicted = outOfFold
      ? await predictOutOfFold(model, snapshot, input, hooks)
      : await predictSplit(model, snapshot, input, hooks);
    hooks.progress({ fraction: 0.8, message: 'trivial baselines' });
    const baselines = measureBaselines(snapshot, predicted.caseIndexes, outOfFold);
    const { classes, unit } = snapshot.manifest;
    const positive = model.card.positive ?? snapshot.manifest.positive;
    const common = { classes, ...(positive === undefined ? {} : { positive }) };
    const { threshold } = predicted;
    const { task } = snapshot.manifest.recipe;
    const evaluation = evaluatePredictions({
      task,
      unit,
      cases: predicted.predictions,
      ...common,
      ...(threshold ? { threshold } : {}),
    });
    const rule = {
      classes,
      positive: positive ?? classes.at(-1) ?? '',
      threshold: threshold?.value ?? 0.5,
      isOrdered: task === 'ordinal',
    };
    const hasThreshold = classes.length === 2 && !rule.isOrdered;
    const cases = decideCases(predicted.predictions, rule).map((decided, i): ScoredCase => {
      const caseIndex = predicted.caseIndexes[i] ?? -1;
      const { trueClass, predictedClass, scores, threshold: own = rule.threshold } = decided;
      const testedBy = predicted.foldsOfCase?.get(caseIndex);
      return {
        ...{ caseIndex, trueClass, predictedClass, scores },
        ...(testedBy && { folds: testedBy }),
        ...(hasThreshold && { threshold: own }),
      };
    });
    const folds = predicted.folds ? { folds: predicted.folds } : {};
    return { evaluation, outOfFold, split: outOfFold ? 'out-of-fold' : input.split, cases, baselines, ...folds };
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
  const shape = ({ size, resize, channels, cropMm, window }: typeof preprocessing) =>
    JSON.stringify([size, resize, channels, cropMm ?? null, window?.center ?? null, window?.width ?? null]);
  if (shape(preprocessing) !== shape(manifest.preprocessing))
    throw new AppError(
      'shape-mismatch',
      'The dataset was made with other preprocessing than the model needs: size, crop, window, channels or resizing differ.',
    );
}

async function logitsOf(
  { network, head }: LoadedNetwork,
  views: readonly InputSource[],
  cases: readonly number[],
  threads: number,
): Promise<number[][]> {
  const scorer = await Scorer.compile(network, { engine: 'onnxruntime', device: 'cpu', threads });
  try {
    return await averageViews(views, async (view) => {
      const rows = await scorer.logits(view, cases);
      return head ? rows.map((features) => tableHeadLogits(head, features)) : rows;
    });
  } finally {
    await scorer.dispose();
  }
}

function predictedCase(
  { manifest }: Snapshot,
  caseIndex: number,
  logits: readonly number[],
  threshold?: number,
): PredictedCase {
  const found = manifest.cases[caseIndex];
  if (!found) throw new Error('a case outside the snapshot');
  const { caseId, patientId, className } = found;
  return { caseId, patientId, trueClass: className, logits, ...(threshold === undefined ? {} : { threshold }) };
}

async function predictOutOfFold(
  model: LoadedModel,
  snapshot: Snapshot,
  input: EvaluateModelInput,
  hooks: Hooks,
): Promise<Predicted> {
  const views = viewSources(snapshot.levelsOf, model.preprocessing, input.tta);
  const found: FoldPrediction[] = [];
  for (const [k, network] of model.networks.entries()) {
    hooks.signal.throwIfAborted();
    hooks.progress({
      fraction: (0.8 * k) / model.networks.length,
      message: `fold ${k + 1} of ${model.networks.length}`,
    });
    const parts = splitOfCases(snapshot, k + 1);
    const at = (name: string): number[] => parts.flatMap((part, i) => (part === name ? [i] : []));
    const [val, test] = [at('val'), at('test')];
    const threshold = await validationThreshold(network, views, val, snapshot, model.card, input.threads);
    const logits = await logitsOf(network, views, test, input.threads);
    test.forEach((caseIndex, i) => {
      const prediction = predictedCase(snapshot, caseIndex, logits[i] ?? [], threshold?.value);
      found.push({ fold: k, caseIndex, prediction });
    });
  }
  const pooled = averagePerCase(found);
  const rule = 'largest Youden index on validation, per fold';
  return {
    caseIndexes: pooled.map(({ caseIndex }) => caseIndex),
    predictions: pooled.map(({ prediction }) => prediction),
    folds: scoreFolds(snapshot, found),
    foldsOfCase: new Map(
      [...Map.groupBy(found, ({ caseIndex }) => caseIndex)].map(([index, all]) => [
        index,
        all.map(({ fold }) => fold + 1),
      ]),
    ),
    threshold: { value: model.card.threshold?.value ?? 0.5, rule },
  };
}

async function validationThreshold(
  network: LoadedNetwork,
  views: readonly InputSource[],
  val: readonly number[],
  { manifest }: Snapshot,
  { positive, classes }: ModelCard,
  threads: number,
): Promise<Threshold | undefined> {
  if (positive === undefined) return undefined;
  const logits = await logitsOf(network, views, val, threads);
  const scores = logits.map((row) => softmax(row)[classes.indexOf(positive)] ?? 0);
  return chooseThreshold(
    { kind: 'youden' },
    scores,
    val.map((i) => manifest.cases[i]?.className === positive),
  );
}

async function predictSplit(
  model: LoadedModel,
  snapshot: Snapshot,
  input: EvaluateModelInput,
  hooks: Hooks,
): Promise<Predicted> {
  const caseIndexes = casesOfSplit(snapshot, input.split);
  refuseSeen(model.card, snapshot, caseIndexes);
  const views = viewSources(snapshot.levelsOf, model.preprocessing, input.tta);
  const perNetwork: number[][][] = [];
  for (const [k, network] of model.networks.entries()) {
    hooks.signal.throwIfAborted();
    hooks.progress({ fraction: (0.8 * k) / model.networks.length, message: 'running the model' });
    perNetwork.push(await logitsOf(network, views, caseIndexes, input.threads));
  }
  const predictions = caseIndexes.map((caseIndex, i) =>
    predictedCase(snapshot, caseIndex, meanLogitsOf(perNetwork.map((rows) => rows[i] ?? []))),
  );
  return { caseIndexes, predictions, threshold: await thresholdOverViews(model, snapshot, views, input) };
}

/** Views change scores: the threshold is chosen anew over them where the model's own validation cases are at hand. */
async function thresholdOverViews(
  { card, networks }: LoadedModel,
  snapshot: Snapshot,
  views: readonly InputSource[],
  { tta, threads }: EvaluateModelInput,
): Promise<Threshold | undefined> {
  const [network] = networks;
  const { splits, manifest } = snapshot;
  if (!tta || !card.threshold || !network) return card.threshold;
  const plain = { ...card.threshold, rule: `${card.threshold.rule}, over pictures as they are` };
  if (card.snapshotHash !== manifest.hash || splits.kind === 'folds') return plain;
  const val = splits.parts.flatMap((part, i) => (part === 'val' ? [i] : []));
  const chosen = await validationThreshold(network, views, val, snapshot, card, threads);
  return chosen ? { ...chosen, rule: `${chosen.rule}, over the same views` } : plain;
}

/** One network: its own logits. An ensemble: the logarithm of its mean scores. */
function meanLogitsOf(rows: readonly (readonly number[])[]): readonly number[] {
  return rows.length === 1 ? (rows[0] ?? []) : logitsOfMeanScores(rows);
}

/** A snapshot with folds has no split of its own: another model is evaluated on all its cases. */
function casesOfSplit(snapshot: Snapshot, split: string): number[] {
  const { splits, manifest } = snapshot;
  if (splits.kind === 'folds') return manifest.cases.map((_, i) => i);
  const found = splits.parts.flatMap((part, i) => (part === split ? [i] : []));
  if (found.length === 0)
    throw new AppError('invalid-input', `The dataset has no cases in split ${JSON.stringify(split)}.`);
  return found;
}
