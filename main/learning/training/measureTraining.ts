import { performance } from 'node:perf_hooks';
import type { TrainingConfig, TrainingPlan } from '../../contract/training.ts';
import { openSnapshot } from '../dataset/openSnapshot.ts';
import { compile } from '../engine/compile.ts';
import { loweringFor } from '../engine/devices.ts';
import { trainingBytes } from '../network/costEstimate.ts';
import { tailNetwork } from '../network/inference.ts';
import { parameterCount, trainableAfter } from '../network/network.ts';
import { float32 } from '../network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, maskFeeds } from '../network/trainStep.ts';
import { chooseEngine } from './engineChoice.ts';
import { stepsPerEpoch } from './epochOrder.ts';
import { lengthOf, pictureSource } from './inputSource.ts';
import { Scorer } from './scorer.ts';
import { openBackbone, startingNetwork } from './startingNetwork.ts';
import { optimizerOf } from './trainFold.ts';
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
  const bytes = trainingBytes(network, source.shape, { batchSize, slots: config.optimizer.kind === 'adam' ? 2 : 1 });
  const memoryMb = Math.round((bytes + manifest.cases.length * lengthOf(source) * 2) / 1e6);
  const layer = network.featureLayers.at(-1);
  const isFrozen = config.mode === 'features' && layer !== undefined;
  const trained = isFrozen ? tailNetwork(network, layer, source.shape) : network;
  const perStep = await secondsPerStep();
  const secondsPerEpoch =
    perStep * stepsPerEpoch(cases.train.length, batchSize) + (isFrozen ? 0 : perCase * cases.val.length);
  const once = isFrozen ? perCase * (cases.train.length + cases.val.length) : 0;
  const totalSeconds = folds * (once + config.epochs * secondsPerEpoch);
  return { secondsPerEpoch, totalSeconds, memoryMb, parameters: parameterCount(network) };

  async function secondsPerStep(): Promise<number> {
    const [channels, rows = source.shape[1], columns = source.shape[2]] = trained.inputShape;
    const inputShape = isFrozen ? ([channels, rows, columns] as const) : source.shape;
    const step = buildTrainStep(trained, {
      ...{ batchSize, inputShape, optimizer: optimizerOf(config.optimizer) },
      trainable: trainableAfter(trained, isFrozen ? 'head' : 'all'),
      lowering: loweringFor(engine.device),
    });
    const program = await compile(step.graph, engine);
    const x = new Float32Array(batchSize * inputShape[0] * inputShape[1] * inputShape[2]);
    const run = async () => {
      if (!isFrozen)
        for (let i = 0; i < batchSize; i++) source.writeForTraining(cases.train[i] ?? 0, 1, x, i * lengthOf(source));
      await program.run({
        ...initialState(step, trained),
        ...hyperFeeds(step, { learningRate: 1e-4, stepNumber: 1 }),
        ...maskFeeds(step, 1, 1),
        x: float32([batchSize, ...inputShape], x),
        y: float32(
          [batchSize, trained.classes],
          new Float32Array(batchSize * trained.classes).fill(1 / trained.classes),
        ),
        sampleWeight: float32([batchSize], new Float32Array(batchSize).fill(1)),
      });
    };
    try {
      await run();
      return (
        (await secondsOf(async () => {
          for (let i = 0; i < TIMED_STEPS; i++) await run();
        })) / TIMED_STEPS
      );
    } finally {
      await program.dispose();
    }
  }
}
