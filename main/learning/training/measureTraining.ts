import { performance } from 'node:perf_hooks';
import type { TrainingConfig, TrainingPlan } from '../../contract/training.ts';
import { openSnapshot } from '../dataset/openSnapshot.ts';
import { trainingBytes } from '../network/costEstimate.ts';
import { tailNetwork } from '../network/inference.ts';
import { isWeighedEach } from '../network/loss.ts';
import { parameterCount } from '../network/network.ts';
import { slotNames } from '../network/optimizer.ts';
import { float32 } from '../network/tensor.ts';
import { chooseEngine } from './engineChoice.ts';
import { lengthOf, pictureSource } from './inputSource.ts';
import { objectiveOf } from './loop/objectiveOf.ts';
import { freezingOf, trainingPhases } from './loop/phases.ts';
import { batchesPerEpoch } from './loop/sampling.ts';
import { StepRunner } from './loop/stepRunner.ts';
import { Scorer } from './scorer.ts';
import { openBackbone, startingNetwork } from './startingNetwork.ts';
import { trainingCases } from './trainingCases.ts';

/** Steps that are timed, after one that warms up. */
const TIMED_STEPS = 2;
const TIMED_CASES = 16;

interface MeasureInput {
  readonly snapshotDirectory: string;
  readonly config: TrainingConfig;
  readonly backbonePath?: string;
  readonly automaticDevice?: string;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/**
 * Seconds per epoch and memory of a training, from a short trial on this machine. Features of a frozen base are
 * computed once: their time is in `totalSeconds`, not in `secondsPerEpoch`.
 */
export async function measureTraining(input: MeasureInput): Promise<TrainingPlan['estimate']> {
  const { config } = input;
  const snapshot = openSnapshot(input.snapshotDirectory);
  const { splits, manifest } = snapshot;
  const folds = splits.kind === 'folds' ? splits.folds.length : 1;
  const backbone = input.backbonePath === undefined ? undefined : openBackbone(input.backbonePath);
  const network = startingNetwork(config, snapshot, backbone);
  const engine = chooseEngine(config, input.automaticDevice);
  const cases = trainingCases(snapshot, splits.kind === 'folds' ? 1 : undefined);
  const source = pictureSource(snapshot.levelsOf, manifest.preprocessing, config.augmentation, config.seed, 0);
  const scorer = await Scorer.compile(network, engine);
  const trial = cases.train.slice(0, TIMED_CASES);
  await scorer.logits(source, trial);
  const perCase = (await secondsOf(() => scorer.logits(source, trial))) / trial.length;
  await scorer.dispose();
  const batchSize = Math.min(config.batchSize, cases.train.length);
  const slots = slotNames(config.optimizer, '').length + (config.averageDecay === undefined ? 0 : 1);
  const bytes = trainingBytes(network, source.shape, { batchSize, slots });
  const memoryMb = Math.round((bytes + manifest.cases.length * lengthOf(source) * 2) / 1e6);
  const { cachedAt, point } = freezingOf(network, config);
  const trained = cachedAt === undefined ? network : tailNetwork(network, cachedAt, source.shape);
  const isCached = cachedAt !== undefined;
  const perStep = await secondsPerStep();
  const secondsPerEpoch =
    perStep * batchesPerEpoch(cases.train.length, batchSize) + (isCached ? 0 : perCase * cases.val.length);
  const once = isCached ? perCase * (cases.train.length + cases.val.length) : 0;
  const totalSeconds = folds * (once + config.epochs * secondsPerEpoch);
  return { secondsPerEpoch, totalSeconds, memoryMb, parameters: parameterCount(network) };

  /** Of the phase in which everything learns that ever will. */
  async function secondsPerStep(): Promise<number> {
    const [channels, rows = source.shape[1], columns = source.shape[2]] = trained.inputShape;
    const inputShape = isCached ? ([channels, rows, columns] as const) : source.shape;
    const phase = trainingPhases(trained, point, config).at(-1);
    if (!phase) throw new Error('a training has a phase');
    const { loss } = objectiveOf(config, cases);
    const shape = { batchSize, inputShape, loss };
    const weightShape = isWeighedEach(loss) ? [batchSize, trained.classes] : [batchSize];
    const runner = await StepRunner.compile(trained, phase, shape, config, engine);
    let state = runner.startingState(trained);
    const x = new Float32Array(batchSize * inputShape[0] * inputShape[1] * inputShape[2]);
    const batch = {
      x: float32([batchSize, ...inputShape], x),
      y: float32([batchSize, trained.classes], new Float32Array(batchSize * trained.classes).fill(1 / trained.classes)),
      sampleWeight: float32(weightShape, new Float32Array(weightShape.reduce((a, b) => a * b)).fill(1)),
    };
    const run = async (batchNumber: number) => {
      if (!isCached)
        for (let i = 0; i < batchSize; i++) source.writeForTraining(cases.train[i] ?? 0, 1, x, i * lengthOf(source));
      const isUpdate = batchNumber % config.accumulateBatches === 0;
      const numbers = { batchNumber, updateNumber: batchNumber, updateOfAll: batchNumber, dropoutSeed: 1, isUpdate };
      ({ state } = await runner.run(state, batch, { learningRate: 1e-4, ...numbers }));
    };
    try {
      await run(1);
      return (
        (await secondsOf(async () => {
          for (let i = 0; i < TIMED_STEPS; i++) await run(i + 2);
        })) / TIMED_STEPS
      );
    } finally {
      await runner.dispose();
    }
  }
}
