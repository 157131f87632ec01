import type { TrainingConfig } from '../../contract/training.ts';
import type { Snapshot } from '../dataset/openSnapshot.ts';
import { withHeadDropout } from '../network/headDropout.ts';
import { tailNetwork } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { cacheFeatures } from './cachedFeatures.ts';
import type { EngineChoice } from './engineChoice.ts';
import { type InputSource, pictureSource } from './inputSource.ts';
import { freezingOf, type TrainingPhase, trainingPhases } from './loop/phases.ts';
import { refuseLargeCache } from './memoryError.ts';
import { reestimateStatistics } from './reestimateStatistics.ts';
import { type Backbone, startingNetwork } from './startingNetwork.ts';
import { type TrainingCases, trainingCases } from './trainingCases.ts';

type Tell = (message: string) => void;

/** The network every fold begins with, before it has seen a picture. */
export function configuredNetwork(config: TrainingConfig, snapshot: Snapshot, backbone?: Backbone): Network {
  const network = startingNetwork(config, snapshot, backbone);
  return config.headDropout === undefined ? network : withHeadDropout(network, config.headDropout);
}

/** What a fold starts from: its pictures, and the network with statistics of its own training part where asked for. */
export interface FoldStart {
  readonly fold: number;
  readonly cases: TrainingCases;
  readonly pictures: InputSource;
  readonly network: Network;
}

interface StartInput {
  readonly snapshot: Snapshot;
  readonly config: TrainingConfig;
  readonly engine: EngineChoice;
  /** From `configuredNetwork`. */
  readonly start: Network;
}

/** @param fold from 1; 0 where there are no folds */
export async function startOfFold(
  { snapshot, config, engine, start }: StartInput,
  fold: number,
  tell: Tell,
): Promise<FoldStart> {
  const cases = trainingCases(snapshot, fold);
  const { preprocessing } = snapshot.manifest;
  const pictures = pictureSource(snapshot.levelsOf, preprocessing, config.augmentation, config.seed, fold);
  if (!config.batchNorm.reestimated) return { fold, cases, pictures, network: start };
  tell('Measuring the statistics of the network on the training pictures');
  return { fold, cases, pictures, network: await reestimateStatistics(start, pictures, cases.train, engine) };
}

/** What is left to train: the whole network on pictures, or what comes after a frozen base on its cached features. */
export interface Learner {
  readonly network: Network;
  readonly phases: readonly TrainingPhase[];
  readonly source: InputSource;
}

/** A frozen base is run here, once, over the given cases. */
export async function learnerOf(
  { network, pictures }: FoldStart,
  cases: readonly number[],
  { config, engine }: Pick<StartInput, 'config' | 'engine'>,
  tell: Tell,
): Promise<Learner> {
  const { cachedAt, point } = freezingOf(network, config);
  if (cachedAt === undefined) return { network, phases: trainingPhases(network, point, config), source: pictures };
  const tail = tailNetwork(network, cachedAt, pictures.shape);
  const phases = trainingPhases(tail, point, config);
  refuseLargeCache(
    cases.length,
    tail.inputShape.reduce<number>((size, extent) => size * (extent ?? 1), 1),
    cachedAt,
  );
  tell('Computing the features of the frozen base');
  return { network: tail, phases, source: await cacheFeatures(network, cachedAt, pictures, cases, engine) };
}
