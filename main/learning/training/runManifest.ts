import { cpus } from 'node:os';
import { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson, sha256Hex } from '../dataset/canonicalJson.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import { chooseEngine } from './engineChoice.ts';
import type { TrainInput } from './run.ts';
import type { RunFolder, RunManifest } from './runFolder.ts';
import { settledConfig } from './settledConfig.ts';
import type { Backbone } from './startingNetwork.ts';
import { trainingCases } from './trainingCases.ts';

/** Trials take as long as some tens of steps, and make a step faster by a tenth or a fifth. */
const TRIALS_FROM_STEPS = 500;

/** What the weights depend on; where the dataset lies and how long one may wait do not belong to it. */
export function keyOf({ config, snapshotHash, engine, backboneSha256 }: RunManifest): string {
  const { snapshot: _path, timeLimitMinutes: _limit, ...deciding } = settledConfig(config);
  return sha256Hex(canonicalJson({ deciding, snapshotHash, engine, backboneSha256 }));
}

/**
 * The manifest of a new run, written, or that of the run to go on with. Throws `conflict` where the folder is in use or was
 * started with something else, `not-found` where there is nothing to resume.
 */
export function openRunManifest(
  input: TrainInput,
  folder: RunFolder,
  snapshot: SnapshotIndex,
  backbone?: Backbone,
): RunManifest {
  const snapshotHash = snapshot.manifest.hash;
  const known = folder.readManifest();
  if (known && !input.resume)
    throw new AppError('conflict', 'The run folder is in use: resume it, or start a new run.');
  if (!known && !input.config) throw new AppError('not-found', 'There is no run to resume.');
  const config = TrainingConfig.parse(input.config ?? known?.config);
  const engine = chooseEngine(config, input.automaticDevice);
  const hasTrials = engine.device === 'cpu' && input.formsFile !== undefined && isWorthTrials(config, snapshot, input);
  const fresh: RunManifest = {
    config: backbone?.network.architecture
      ? { ...config, architecture: asArchitecture(backbone.network.architecture) }
      : config,
    snapshotHash,
    ...(backbone && { backboneSha256: backbone.sha256 }),
    engine,
    ...(hasTrials && { lowerings: [] }),
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

function isWorthTrials(config: TrainingConfig, snapshot: SnapshotIndex, { trialsFromSteps }: TrainInput): boolean {
  if (config.head !== 'dense' || config.lowering !== 'measured') return false;
  const { splits } = snapshot;
  const folds = splits.kind === 'folds' ? splits.folds.map((_, i) => i + 1) : [0];
  const steps = folds.map((fold) => Math.ceil(trainingCases(snapshot, fold).train.length / config.batchSize));
  return config.epochs * steps.reduce((sum, n) => sum + n, 0) >= (trialsFromSteps ?? TRIALS_FROM_STEPS);
}

const asArchitecture = (id: string): TrainingConfig['architecture'] => TrainingConfig.shape.architecture.parse(id);
