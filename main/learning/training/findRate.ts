import { performance } from 'node:perf_hooks';
import type { RateRange, RateSearch } from '../../contract/training/rateSearch.ts';
import type { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { openSnapshot } from '../dataset/openSnapshot.ts';
import type { Tensors } from '../network/tensor.ts';
import { chooseEngine } from './engineChoice.ts';
import { configuredNetwork, learnerOf, startOfFold } from './foldStart.ts';
import { batchFeeds } from './loop/batchFeeds.ts';
import { objectiveOf } from './loop/objectiveOf.ts';
import { epochBatches } from './loop/sampling.ts';
import { StepRunner } from './loop/stepRunner.ts';
import { asMemoryError } from './memoryError.ts';
import { openBackbone, refuseSeenTest } from './startingNetwork.ts';
import { hasExploded, smoothLosses, suggestRate } from './suggestRate.ts';

export interface FindRateInput {
  readonly snapshotDirectory: string;
  readonly config: TrainingConfig;
  readonly range: RateRange;
  readonly backbonePath?: string;
  /** What `auto` stands for on this machine. */
  readonly automaticDevice?: string;
}

export interface FindRateHooks {
  readonly signal: AbortSignal;
  readonly onStep: (done: number, steps: number, etaSeconds: number) => void;
  readonly onPhase: (message: string) => void;
}

/** Batches one after the other, epoch by epoch, as a training would see them. */
function* endlessBatches(
  config: TrainingConfig,
  cases: Parameters<typeof epochBatches>[1],
  size: number,
  fold: number,
) {
  for (let epoch = 1; ; epoch++)
    for (const batch of epochBatches(config.sampling, cases, size, { seed: config.seed, fold, epoch }))
      yield { epoch, batch };
}

/**
 * A short training on the training part (of the first fold), its rate rising by the same factor each step from the lowest
 * to the highest, until the loss explodes (Smith, 2017). All layers learn that ever will. Nothing is kept.
 * @throws AppError cancelled, and as trainRun
 */
export async function findRate(input: FindRateInput, hooks: FindRateHooks): Promise<RateSearch> {
  const { config, range } = input;
  if (range.highest <= range.lowest)
    throw new AppError('invalid-input', 'The highest rate of the search has to be above the lowest.');
  const started = performance.now();
  const snapshot = openSnapshot(input.snapshotDirectory);
  const backbone = input.backbonePath === undefined ? undefined : openBackbone(input.backbonePath);
  if (backbone) refuseSeenTest(snapshot, backbone);
  const engine = chooseEngine(config, input.automaticDevice);
  const fold = snapshot.splits.kind === 'folds' ? 1 : 0;
  const start = configuredNetwork(config, snapshot, backbone);
  const foldStart = await startOfFold({ snapshot, config, engine, start }, fold, hooks.onPhase);
  const { cases } = foldStart;
  const learner = await learnerOf(foldStart, cases.train, { config, engine }, hooks.onPhase);
  const phase = learner.phases.at(-1);
  if (!phase) throw new Error('a training has a phase');
  const objective = objectiveOf(config, cases);
  const batchSize = Math.min(config.batchSize, cases.train.length);
  const shape = { batchSize, inputShape: learner.source.shape, loss: objective.loss };
  const { averageDecay: _, ...step } = config;
  const runner = await StepRunner.compile(learner.network, phase, shape, step, engine);
  try {
    const losses = await rise();
    const points = smoothLosses(losses, range.steps).map((point, i) => ({ rate: rateAt(range, i), ...point }));
    return { points, ...suggestRate(points, range.steps), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    throw asMemoryError(error);
  } finally {
    await runner.dispose();
  }

  async function rise(): Promise<number[]> {
    const batches = endlessBatches(config, cases, batchSize, fold);
    const losses: number[] = [];
    let state: Tensors = runner.startingState(learner.network);
    let batchNumber = 0;
    const began = performance.now();
    for (let i = 0; i < range.steps; i++) {
      let sum = 0;
      for (let k = 1; k <= config.accumulateBatches; k++) {
        hooks.signal.throwIfAborted();
        const { value } = batches.next();
        if (!value) throw new Error('batches never end');
        const feeds = batchFeeds(value.batch, value.epoch, learner.source, cases, objective);
        const { loss, state: next } = await runner.run(state, feeds, {
          ...{ learningRate: rateAt(range, i), updateNumber: i + 1, updateOfAll: i + 1 },
          ...{ batchNumber: ++batchNumber, dropoutSeed: config.seed + fold, isUpdate: k === config.accumulateBatches },
        });
        state = next;
        sum += loss;
      }
      losses.push(sum / config.accumulateBatches);
      if (hasExploded(losses, range.steps)) return losses.filter(Number.isFinite);
      const eta = ((performance.now() - began) / 1000 / (i + 1)) * (range.steps - i - 1);
      hooks.onStep(i + 1, range.steps, eta);
    }
    return losses;
  }
}

/** The rate of a step (from 0). */
function rateAt({ lowest, highest, steps }: RateRange, step: number): number {
  return lowest * (highest / lowest) ** (step / (steps - 1));
}
