import { noAugmentation } from '../../contract/augmentation.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { EpochRow, TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { softmax } from '../../domain/statistics/scores.ts';
import { inputShapeOf } from '../dataset/caseInput.ts';
import { openSnapshot, type Snapshot } from '../dataset/openSnapshot.ts';
import { type Network, withState } from '../network/network.ts';
import type { EngineChoice } from '../training/engineChoice.ts';
import { ensembleNetwork } from '../training/ensembleNetwork.ts';
import { pictureSource } from '../training/inputSource.ts';
import { type RunHooks, runOutcome, type TrainInput, type TrainOutcome, whileLocked } from '../training/run.ts';
import type { EarlyEnd } from '../training/runControl.ts';
import { RunFolder } from '../training/runFolder.ts';
import { openRunManifest } from '../training/runManifest.ts';
import { type Backbone, openBackbone, refuseSeenTest, startingNetwork } from '../training/startingNetwork.ts';
import { aurocOf, trainingCases } from '../training/trainingCases.ts';
import { trainRun } from '../training/trainRun.ts';
import { modelCard, type ValidatedCases, writeModel } from '../training/writeModel.ts';
import { featureNetwork, linearNetwork } from './featureNetwork.ts';
import { type HeadKind, type HeadSettings, type HeadTrial, headTrials, usualSettings } from './fitHead.ts';
import { encodeHead, headFileName } from './headFile.ts';
import { foldFeatures } from './headProblem.ts';
import type { TableHead } from './tableHead.ts';

/** Ends the work between two batches; never leaves this file. */
class EndedEarly extends Error {
  readonly how: EarlyEnd;
  constructor(how: EarlyEnd) {
    super(how);
    this.how = how;
  }
}

interface HeadContext {
  readonly input: TrainInput;
  readonly hooks: RunHooks;
  readonly folder: RunFolder;
  readonly snapshot: Snapshot;
  readonly config: TrainingConfig;
  readonly kind: HeadKind;
  readonly engine: EngineChoice;
  readonly start: Network;
  readonly backbone: Backbone | undefined;
}

interface FittedFold extends ValidatedCases {
  readonly network: Network;
  /** Of a head that is no part of the graph. */
  readonly table?: TableHead;
  readonly settings: HeadSettings;
  readonly row: EpochRow;
}

function openHeadRun(input: TrainInput, hooks: RunHooks): HeadContext {
  const folder = new RunFolder(input.runDirectory);
  const snapshot = openSnapshot(input.snapshotDirectory);
  const backbone = input.backbonePath === undefined ? undefined : openBackbone(input.backbonePath);
  if (backbone) refuseSeenTest(snapshot, backbone);
  const { config, engine } = openRunManifest(input, folder, snapshot, backbone);
  const { head, mode } = config;
  if (head === 'dense' || mode !== 'features')
    throw new AppError('invalid-input', 'A fitted head needs a frozen base: choose the mode features.');
  const start = startingNetwork(config, snapshot, backbone);
  return { input, hooks, folder, snapshot, config, kind: head, engine, start, backbone };
}

/** Share of the time that features take, about. */
const FEATURES_SHARE = 0.8;

const lessLoss = (best: HeadTrial | undefined, trial: HeadTrial): HeadTrial =>
  best && best.valLoss <= trial.valLoss ? best : trial;

/** Fits every setting and keeps the one with the smallest validation loss. */
async function fitFold(context: HeadContext, fold: number, folds: number): Promise<FittedFold> {
  const { snapshot, config, engine, start, hooks, kind } = context;
  const started = performance.now();
  const cases = trainingCases(snapshot, fold);
  const { preprocessing } = snapshot.manifest;
  const source = pictureSource(snapshot.levelsOf, preprocessing, config.augmentation, config.seed, fold);
  const goOn = (message: string, share: number): void => {
    if (hooks.control.asked) throw new EndedEarly(hooks.control.asked);
    const words = fold > 0 ? `Fold ${fold} of ${folds}: ${message}` : message;
    hooks.onProgress({ kind: 'phase', message: words, fraction: (Math.max(0, fold - 1) + share) / folds });
  };
  const features = await foldFeatures(start, source, cases, {
    ...{ engine, seed: config.seed, classWeights: config.classWeights },
    onBatch: (message, fraction) => goOn(message, fraction * FEATURES_SHARE),
  });
  let best: HeadTrial | undefined;
  let tried = 0;
  const all = usualSettings[kind].length;
  goOn(`Fitting the head, setting 1 of ${all}`, FEATURES_SHARE);
  for (const trial of headTrials(kind, features.problem)) {
    best = lessLoss(best, trial);
    tried += 1;
    const share = FEATURES_SHARE + ((1 - FEATURES_SHARE) * tried) / all;
    if (tried < all) goOn(`Fitting the head, setting ${tried + 1} of ${all}`, share);
    await new Promise(setImmediate); // lets a request to stop come in
  }
  if (!best) throw new Error('no setting was tried');
  const head = best.head();
  const network =
    head.kind === 'linear'
      ? withState(linearNetwork(features.base, source.shape, cases.classes.length), head.state)
      : featureNetwork(features.base, source.shape);
  const scores = best.valLogits.map(softmax);
  const truths = cases.val.map((i) => cases.truths[i] ?? 0);
  const valAuroc = aurocOf(scores, truths, cases);
  const row: EpochRow = {
    ...(fold > 0 && { fold }),
    ...{ epoch: 1, loss: best.trainLoss, valLoss: best.valLoss, learningRate: 0, isBest: true },
    ...(valAuroc !== undefined && { valAuroc }),
    ...{ seconds: (performance.now() - started) / 1000, etaSeconds: 0 },
  };
  const table = head.kind === 'table' ? { table: head.table } : {};
  return { ...{ network, cases, scores, loss: best.valLoss, settings: best.settings, row }, ...table };
}

function finishModel(context: HeadContext, folds: readonly FittedFold[]): TrainOutcome['model'] {
  const { input, snapshot, start, config, backbone, kind } = context;
  const [first] = folds;
  if (!first) return undefined;
  const isEnsemble = snapshot.splits.kind === 'folds';
  const architecture = start.architecture ?? config.architecture;
  const pooling = start.slices?.pooling;
  const facts = {
    architecture,
    snapshot,
    folds,
    isEnsemble,
    backbone,
    augmentation: noAugmentation,
    ...(pooling && { pooling }),
  };
  const plain = modelCard({ name: input.modelName, ...facts });
  const card: ModelCard = { ...plain, head: { kind, settings: folds.map(({ settings }) => ({ ...settings })) } };
  const networks = folds.map(({ network }) => network);
  const isTable = first.table !== undefined;
  // The mean of several forests is no graph: beside the folds, model.onnx is then the first of them.
  const whole =
    isEnsemble && !isTable ? ensembleNetwork(networks, inputShapeOf(snapshot.manifest.preprocessing)) : first.network;
  const heads: Record<string, string> = {};
  folds.forEach(({ table }, k) => {
    if (!table) return;
    if (k === 0) heads[headFileName('model')] = encodeHead(table);
    if (isEnsemble) heads[headFileName(`fold-${k + 1}`)] = encodeHead(table);
  });
  writeModel(input.modelDirectory, whole, isEnsemble ? networks : [], card, heads);
  return { directory: input.modelDirectory, card };
}

async function fitFolds(context: HeadContext): Promise<TrainOutcome> {
  const { snapshot, hooks, folder } = context;
  const { splits } = snapshot;
  const numbers = splits.kind === 'folds' ? splits.folds.map((_, i) => i + 1) : [0];
  const fitted: FittedFold[] = [];
  for (const fold of numbers) {
    const result = await fitFold(context, fold, numbers.length);
    fitted.push(result);
    const mean = fitted.reduce((sum, { row }) => sum + row.seconds, 0) / fitted.length;
    const row = { ...result.row, etaSeconds: mean * (numbers.length - fitted.length) };
    folder.appendEpoch(row);
    hooks.onProgress({ kind: 'epoch', row, preview: [] });
  }
  const epochs = fitted.map(({ row }) => row);
  return runOutcome({ status: 'finished', epochs, model: finishModel(context, fitted), bestEpoch: 1 });
}

/**
 * Fits a logistic, SVM, forest or nearest-neighbour head on the pooled features of a frozen base, up to a model folder.
 * Never reads the test split. There is no checkpoint: an interrupted run is fitted again, with the same result. Throws
 * what `trainRun` throws, and `invalid-input` for a mode that freezes nothing.
 */
export function trainHeads(input: TrainInput, hooks: RunHooks): Promise<TrainOutcome> {
  return whileLocked(input.runDirectory, async () => {
    try {
      return await fitFolds(openHeadRun(input, hooks));
    } catch (error) {
      if (error instanceof EndedEarly) return runOutcome({ status: error.how, epochs: [] });
      throw error;
    }
  });
}

/** A training of whatever head: by epochs, or fitted at once. A resumed run knows its own. */
export function trainWithHead(input: TrainInput, hooks: RunHooks): Promise<TrainOutcome> {
  const config = input.config ?? new RunFolder(input.runDirectory).readManifest()?.config;
  return (config?.head ?? 'dense') === 'dense' ? trainRun(input, hooks) : trainHeads(input, hooks);
}
