import { rmSync } from 'node:fs';
import { noAugmentation } from '../../contract/augmentation.ts';
import type { EpochRow, TrainingConfig } from '../../contract/training.ts';
import { inputShapeOf } from '../dataset/caseInput.ts';
import { openSnapshot, type Snapshot } from '../dataset/openSnapshot.ts';
import { type Network, withState } from '../network/network.ts';
import { withNumberOutput } from '../network/numberOutput.ts';
import type { Tensors } from '../network/tensor.ts';
import type { EngineChoice } from './engineChoice.ts';
import { ensembleNetwork } from './ensembleNetwork.ts';
import { configuredNetwork, type FoldStart, learnerOf, startOfFold } from './foldStart.ts';
import { readCheckpoint } from './loop/checkpoint.ts';
import { scoreCases } from './loop/objective.ts';
import { objectiveOf } from './loop/objectiveOf.ts';
import { type FoldTask, trainFold } from './loop/trainFold.ts';
import { Lowerings } from './lowerings.ts';
import { type RunHooks, runOutcome, type TrainInput, type TrainOutcome, whileLocked } from './run.ts';
import type { EarlyEnd } from './runControl.ts';
import { RunFolder, type RunManifest } from './runFolder.ts';
import type { RunLock } from './runLock.ts';
import { keyOf, openRunManifest } from './runManifest.ts';
import { Scorer } from './scorer.ts';
import { type Backbone, openBackbone, refuseSeenTest } from './startingNetwork.ts';
import { modelCard, type ValidatedCases, writeModel } from './writeModel.ts';

interface RunContext {
  readonly input: TrainInput;
  readonly hooks: RunHooks;
  readonly folder: RunFolder;
  readonly lock: RunLock;
  readonly snapshot: Snapshot;
  readonly config: TrainingConfig;
  readonly engine: EngineChoice;
  readonly lowerings: Lowerings | undefined;
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

async function openRun(input: TrainInput, hooks: RunHooks, folder: RunFolder, lock: RunLock): Promise<RunContext> {
  const snapshot = openSnapshot(input.snapshotDirectory);
  const backbone = input.backbonePath === undefined ? undefined : openBackbone(input.backbonePath);
  if (backbone) refuseSeenTest(snapshot, backbone);
  const manifest = openRunManifest(input, folder, snapshot, backbone);
  const { config, engine } = manifest;
  const lowerings = loweringsOf(input, hooks, folder, manifest);
  const start = configuredNetwork(config, snapshot, backbone);
  const { splits } = snapshot;
  const folds = splits.kind === 'folds' ? splits.folds.map((_, i) => i + 1) : [0];
  const key = keyOf(manifest);
  return { input, hooks, folder, lock, snapshot, config, engine, lowerings, start, backbone, key, folds };
}

/** A run that was started without trials goes on without them. */
function loweringsOf(
  { formsFile }: TrainInput,
  { onProgress }: RunHooks,
  folder: RunFolder,
  manifest: RunManifest,
): Lowerings | undefined {
  const { lowerings: recorded, engine } = manifest;
  if (recorded === undefined) return undefined;
  return new Lowerings({
    ...{ threads: engine.threads, recorded, file: formsFile },
    record: (lowerings) => folder.writeManifest({ ...manifest, lowerings: [...lowerings] }),
    tell: (message, fraction) => onProgress({ kind: 'phase', message, fraction }),
  });
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
    ...(context.lowerings && { lowerings: context.lowerings }),
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
    return { network, cases, ...scoreCases(objectiveOf(config, cases), logits, cases.val) };
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
  const networks = folds.map(({ network, cases }) =>
    cases.standard ? withNumberOutput(network, cases.standard) : network,
  );
  const [first] = networks;
  if (!first) return undefined;
  const isEnsemble = snapshot.splits.kind === 'folds';
  const architecture = start.architecture ?? config.architecture;
  const augmentation = config.mode === 'features' ? noAugmentation : config.augmentation;
  const pooling = start.slices?.pooling;
  const facts = { architecture, snapshot, folds, isEnsemble, backbone, augmentation, ...(pooling && { pooling }) };
  const card = modelCard({ name: input.modelName, ...facts });
  const network = isEnsemble ? ensembleNetwork(networks, inputShapeOf(snapshot.manifest.preprocessing)) : first;
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
  if (status === 'paused' || status === 'interrupted' || trained.length === 0) return runOutcome({ status, epochs });
  return runOutcome({ status, epochs, model: finishModel(context, trained), bestEpoch: trained[0]?.best.epoch });
}

/**
 * Trains a run from its beginning or its last checkpoint up to a model folder; never reads the test split. Equal
 * snapshot, configuration, threads and CPU type give equal bytes of model.onnx, however often the run was interrupted.
 * Throws `run-active`, `conflict`, `snapshot-damaged`, `seen-in-training`, `loss-not-finite`, `out-of-memory`,
 * `checkpoint-damaged`, `disk-full`; the run can be resumed after each of them.
 */
export function trainRun(input: TrainInput, hooks: RunHooks): Promise<TrainOutcome> {
  return whileLocked(input.runDirectory, async (lock) =>
    trainFolds(await openRun(input, hooks, new RunFolder(input.runDirectory), lock)),
  );
}
