import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { noAugmentation } from '../../contract/augmentation.ts';
import type { ModelCard } from '../../contract/models.ts';
import { type EpochRow, type RunDetail, TrainingConfig } from '../../contract/training.ts';
import type { Interval } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson, sha256Hex } from '../dataset/canonicalJson.ts';
import { openSnapshot, type Snapshot } from '../dataset/openSnapshot.ts';
import { type Network, withState } from '../network/network.ts';
import type { Tensors } from '../network/tensor.ts';
import { chooseEngine, type EngineChoice } from './engineChoice.ts';
import { ensembleNetwork } from './ensembleNetwork.ts';
import { configuredNetwork, type FoldStart, learnerOf, startOfFold } from './foldStart.ts';
import { readCheckpoint } from './loop/checkpoint.ts';
import { objectiveOf, scoreCases } from './loop/objective.ts';
import { type FoldTask, type StepReport, trainFold } from './loop/trainFold.ts';
import { asMemoryError } from './memoryError.ts';
import type { EarlyEnd, RunControl } from './runControl.ts';
import { RunFolder, type RunManifest } from './runFolder.ts';
import { lockRun, type RunLock } from './runLock.ts';
import { Scorer } from './scorer.ts';
import { settledConfig } from './settledConfig.ts';
import { type Backbone, openBackbone, refuseSeenTest } from './startingNetwork.ts';
import { modelCard, type ValidatedCases, writeModel } from './writeModel.ts';

export interface TrainInput {
  readonly snapshotDirectory: string;
  readonly runDirectory: string;
  /** Becomes the model folder; its parent exists. */
  readonly modelDirectory: string;
  readonly modelName: string;
  /** Left out on resume: the run knows its own. */
  readonly config?: TrainingConfig;
  /** Folder or file of the model that `config.backbone` names; absent for `none` and `random`. */
  readonly backbonePath?: string;
  /** What the device `auto` means on this machine; written into a new run, where a resumed one finds it. */
  readonly automaticDevice?: string;
  /** Go on with what the run folder holds; without it the folder has to be new. */
  readonly resume: boolean;
  readonly codeVersion: string;
  /** Least time between checkpoints, 30 unless told; 0: after every step. */
  readonly checkpointSeconds?: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export type TrainProgress =
  | ({ readonly kind: 'step' } & StepReport)
  | { readonly kind: 'epoch'; readonly row: EpochRow; readonly preview: RunDetail['preview'] }
  | { readonly kind: 'phase'; readonly message: string; readonly fraction?: number };

export interface TrainOutcome {
  readonly status: 'finished' | EarlyEnd;
  /** Absent where training was paused or interrupted, or stopped before its first epoch was over. */
  readonly model?: { readonly directory: string; readonly card: ModelCard };
  /** Of the first fold where there are folds. */
  readonly bestEpoch?: number;
  readonly metrics?: { readonly valLoss: number; readonly valAuroc?: Interval };
  /** Training time, all sittings together. */
  readonly seconds: number;
  readonly epochs: readonly EpochRow[];
}

export interface RunHooks {
  readonly control: RunControl;
  readonly onProgress: (progress: TrainProgress) => void;
}

interface RunContext {
  readonly input: TrainInput;
  readonly hooks: RunHooks;
  readonly folder: RunFolder;
  readonly lock: RunLock;
  readonly snapshot: Snapshot;
  readonly config: TrainingConfig;
  readonly engine: EngineChoice;
  readonly start: Network;
  readonly backbone: Backbone | undefined;
  readonly key: string;
  readonly folds: readonly number[];
}

interface TrainedFold extends ValidatedCases {
  readonly network: Network;
  readonly best: EpochRow;
  readonly history: readonly EpochRow[];
}

/** What the weights depend on; where the dataset lies and how long one may wait do not belong to it. */
function keyOf({ config, snapshotHash, engine, backboneSha256 }: RunManifest): string {
  const { snapshot: _path, timeLimitMinutes: _limit, ...deciding } = settledConfig(config);
  return sha256Hex(canonicalJson({ deciding, snapshotHash, engine, backboneSha256 }));
}

function openManifest(input: TrainInput, folder: RunFolder, snapshotHash: string, backbone?: Backbone): RunManifest {
  const known = folder.readManifest();
  if (known && !input.resume)
    throw new AppError('conflict', 'The run folder is in use: resume it, or start a new run.');
  if (!known && !input.config) throw new AppError('not-found', 'There is no run to resume.');
  const config = TrainingConfig.parse(input.config ?? known?.config);
  const fresh: RunManifest = {
    config: backbone?.network.architecture
      ? { ...config, architecture: asArchitecture(backbone.network.architecture) }
      : config,
    snapshotHash,
    ...(backbone && { backboneSha256: backbone.sha256 }),
    engine: chooseEngine(config, input.automaticDevice),
    codeVersion: input.codeVersion,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    createdAt: input.createdAt,
  };
  if (!known) {
    folder.writeManifest(fresh);
    return fresh;
  }
  if (keyOf({ ...fresh, engine: known.engine }) !== keyOf(known))
    throw new AppError('conflict', 'The run was started with another configuration, dataset or model to start from.');
  return known;
}

const asArchitecture = (id: string): TrainingConfig['architecture'] => TrainingConfig.shape.architecture.parse(id);

async function openRun(input: TrainInput, hooks: RunHooks, folder: RunFolder, lock: RunLock): Promise<RunContext> {
  const snapshot = openSnapshot(input.snapshotDirectory);
  const backbone = input.backbonePath === undefined ? undefined : openBackbone(input.backbonePath);
  if (backbone) refuseSeenTest(snapshot, backbone);
  const manifest = openManifest(input, folder, snapshot.manifest.hash, backbone);
  const { config, engine } = manifest;
  const start = configuredNetwork(config, snapshot, backbone);
  const { splits } = snapshot;
  const folds = splits.kind === 'folds' ? splits.folds.map((_, i) => i + 1) : [0];
  return { input, hooks, folder, lock, snapshot, config, engine, start, backbone, key: keyOf(manifest), folds };
}

/** The task of one fold: what is left to train, and where it is kept. */
async function foldTask(context: RunContext, start: FoldStart): Promise<FoldTask> {
  const { config, engine, folder, key, folds, hooks } = context;
  const { fold, cases } = start;
  const limit = config.timeLimitMinutes;
  const shown = [...cases.train, ...cases.val];
  const learner = await learnerOf(start, shown, context, (message) => hooks.onProgress({ kind: 'phase', message }));
  return {
    ...{ ...learner, cases, config, engine, fold, key: `${key}/${fold}`, files: folder.files(fold) },
    ...(context.input.checkpointSeconds !== undefined && { checkpointSeconds: context.input.checkpointSeconds }),
    ...(limit !== undefined && { timeLimitSeconds: (limit * 60) / folds.length }),
  };
}

/** Scores the validation cases with the network exactly as it is exported. */
async function validated(
  { config, engine }: RunContext,
  { cases, pictures, network: start }: FoldStart,
  state: Tensors,
): Promise<ValidatedCases & { network: Network }> {
  const network = withState(start, state);
  const scorer = await Scorer.compile(network, engine);
  try {
    const logits = await scorer.logits(pictures, cases.val);
    return { network, cases, ...scoreCases(objectiveOf(config, cases), logits, cases.val, cases.truths) };
  } finally {
    await scorer.dispose();
  }
}

/** Time that the folds after this one will take, from the epochs so far. */
function laterFolds(context: RunContext, fold: number, history: readonly EpochRow[]): number {
  const seconds = history.reduce((sum, row) => sum + row.seconds, 0) / Math.max(1, history.length);
  return (context.folds.length - Math.max(1, fold)) * context.config.epochs * seconds;
}

interface FoldOutcome {
  readonly ended: 'finished' | EarlyEnd;
  readonly history: readonly EpochRow[];
  /** Absent where the fold has to be resumed, or has no finished epoch. */
  readonly trained?: TrainedFold;
}

/** Trains a fold, or takes up what an earlier sitting finished. */
async function runFold(context: RunContext, fold: number): Promise<FoldOutcome> {
  const { folder, hooks, lock, key } = context;
  const files = folder.files(fold);
  const done = folder.readFold(fold);
  const kept = done && readCheckpoint(files.best, `${key}/${fold}`);
  const start = await startOfFold(context, fold, (message) => hooks.onProgress({ kind: 'phase', message }));
  if (done && kept) {
    const trained = { ...(await validated(context, start, kept.state)), ...done };
    return { ended: 'finished', history: done.history, trained };
  }
  const result = await trainFold(await foldTask(context, start), {
    control: hooks.control,
    assertOwned: () => lock.assertOwned(),
    onStep: (report) => hooks.onProgress({ kind: 'step', ...report }),
    onEpoch: (row, preview, history) => {
      const timed = { ...row, etaSeconds: row.etaSeconds + laterFolds(context, fold, history) };
      folder.appendEpoch(timed);
      hooks.onProgress({ kind: 'epoch', row: timed, preview: [...preview] });
    },
  });
  const { ended, best, history } = result;
  if (!best || ended === 'paused' || ended === 'interrupted') return { ended, history };
  folder.writeFold(fold, { best: best.row, history: [...history] });
  rmSync(files.last, { force: true });
  return { ended, history, trained: { ...(await validated(context, start, best.state)), best: best.row, history } };
}

function finishModel(context: RunContext, folds: readonly TrainedFold[]): TrainOutcome['model'] {
  const { input, snapshot, start, config, backbone } = context;
  const networks = folds.map(({ network }) => network);
  const [first] = networks;
  if (!first) return undefined;
  const isEnsemble = snapshot.splits.kind === 'folds';
  const architecture = start.architecture ?? config.architecture;
  const augmentation = config.mode === 'features' ? noAugmentation : config.augmentation;
  const facts = { architecture, snapshot, folds, isEnsemble, backbone, augmentation };
  const card = modelCard({ name: input.modelName, ...facts });
  const { channels, size } = snapshot.manifest.preprocessing;
  const network = isEnsemble ? ensembleNetwork(networks, [channels, size, size]) : first;
  writeModel(input.modelDirectory, network, isEnsemble ? networks : [], card);
  return { directory: input.modelDirectory, card };
}

async function trainFolds(context: RunContext): Promise<TrainOutcome> {
  const trained: TrainedFold[] = [];
  const epochs: EpochRow[] = [];
  let status: TrainOutcome['status'] = 'finished';
  for (const fold of context.folds) {
    const result = await runFold(context, fold);
    epochs.push(...result.history);
    if (result.trained) trained.push(result.trained);
    status = result.ended;
    if (status !== 'finished') break;
  }
  const seconds = epochs.reduce((sum, row) => sum + row.seconds, 0);
  if (status === 'paused' || status === 'interrupted' || trained.length === 0) return { status, seconds, epochs };
  const model = finishModel(context, trained);
  const validation = model?.card.validation;
  return {
    ...{ status, seconds, epochs },
    ...(model && { model }),
    ...(trained[0] && { bestEpoch: trained[0].best.epoch }),
    ...(validation && {
      metrics: { valLoss: validation.loss, ...(validation.auroc && { valAuroc: validation.auroc }) },
    }),
  };
}

/**
 * Trains a run from its beginning or its last checkpoint up to a model folder; never reads the test split. Equal
 * snapshot, configuration, threads and CPU type give equal bytes of model.onnx, however often the run was interrupted.
 * Throws `run-active`, `conflict`, `snapshot-damaged`, `seen-in-training`, `loss-not-finite`, `out-of-memory`,
 * `checkpoint-damaged`, `disk-full`; the run can be resumed after each of them.
 */
export async function trainRun(input: TrainInput, hooks: RunHooks): Promise<TrainOutcome> {
  mkdirSync(input.runDirectory, { recursive: true });
  const lock = await lockRun(input.runDirectory);
  try {
    return await trainFolds(await openRun(input, hooks, new RunFolder(input.runDirectory), lock));
  } catch (error) {
    throw asMemoryError(error);
  } finally {
    lock.release();
  }
}
