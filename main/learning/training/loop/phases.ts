import type { TrainingConfig } from '../../../contract/training.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Network, trainableAfter } from '../../network/network.ts';

/** A stretch of a training in which the same parameters learn. */
export interface TrainingPhase {
  /** Names of the parameters that learn. */
  readonly trainable: readonly string[];
  /** Parameters by stage, where stages learn at rates of their own; empty where all learn alike. */
  readonly rateGroups: Readonly<Record<string, readonly string[]>>;
  readonly rateFactors: Readonly<Record<string, number>>;
}

type Rates = Pick<TrainingConfig, 'stageRateFactor' | 'unfreezeEpochs' | 'batchNorm'>;

/** What of a network stays as it is. */
export interface Freezing {
  /** The feature layer whose values are computed once and trained on; absent: every step starts from the picture. */
  readonly cachedAt?: string;
  /** What learns of the network (or of what comes after the cached layer), as `trainableAfter` takes it. */
  readonly point: string;
}

/** How a configuration freezes a network; features cache the last feature layer unless another is named. */
export function freezingOf(
  { featureLayers }: Network,
  { mode, freezeBelow }: Pick<TrainingConfig, 'mode' | 'freezeBelow'>,
): Freezing {
  if (mode !== 'features') return { point: freezeBelow ?? 'all' };
  if (freezeBelow !== undefined && freezeBelow !== 'head') return { cachedAt: freezeBelow, point: 'all' };
  const last = featureLayers.at(-1);
  return last === undefined ? { point: 'head' } : { cachedAt: last, point: 'head' };
}

/** Scales and biases of normalisations over the batch: left out of training, their statistics stay, too. */
function batchNormParameters({ graph }: Network): ReadonlySet<string> {
  const norms = graph.nodes.filter(({ opType }) => opType === 'BatchNormalization');
  return new Set(norms.flatMap(({ inputs }) => [inputs[1] ?? '', inputs[2] ?? '']));
}

/**
 * Parameters from the last layer towards the image, one list a stage, down to the freeze point: head first. A stage is
 * what lies between two feature layers.
 */
function stagesFromHead(network: Network, point: string, isNormFrozen: boolean): (readonly string[])[] {
  const learns = new Set(trainableAfter(network, point));
  const norms = isNormFrozen ? batchNormParameters(network) : new Set<string>();
  const stages: (readonly string[])[] = [];
  const taken = new Set<string>();
  for (const from of ['head', ...network.featureLayers.toReversed(), 'all']) {
    if (from === 'head' && network.head.length === 0) continue;
    const fresh = trainableAfter(network, from).filter(
      (name) => learns.has(name) && !norms.has(name) && !taken.has(name),
    );
    for (const name of fresh) taken.add(name);
    if (fresh.length > 0) stages.push(fresh);
  }
  return stages;
}

function phaseOf(network: Network, stages: readonly (readonly string[])[], factor: number): TrainingPhase {
  const names = new Set(stages.flat());
  const trainable = network.parameters.filter((name) => names.has(name));
  if (factor === 1) return { trainable, rateGroups: {}, rateFactors: {} };
  const nameOf = (i: number) => `stage${i}`;
  return {
    trainable,
    rateGroups: Object.fromEntries(stages.map((stage, i) => [nameOf(i), stage])),
    rateFactors: Object.fromEntries(stages.map((_, i) => [nameOf(i), factor ** i])),
  };
}

/**
 * What learns from which epoch on: one phase, or with gradual unfreezing one per stage from the head down (Howard and
 * Ruder, 2018).
 * @param point what learns at the end, as `trainableAfter` takes it
 * @throws AppError not-found where there is no such stage, invalid-input where nothing is left to train
 */
export function trainingPhases(network: Network, point: string, config: Rates): readonly TrainingPhase[] {
  const stages = stagesFromHead(network, point, config.batchNorm.frozen);
  if (stages.length === 0) throw new AppError('invalid-input', 'Nothing is left to train: every layer is frozen.');
  const counts = config.unfreezeEpochs > 0 ? stages.map((_, i) => i + 1) : [stages.length];
  return counts.map((count) => phaseOf(network, stages.slice(0, count), config.stageRateFactor));
}

/** The phase (from 0) of an epoch (from 1). */
export function phaseOfEpoch(phases: number, unfreezeEpochs: number, epoch: number): number {
  return unfreezeEpochs === 0 ? 0 : Math.min(phases - 1, Math.floor((epoch - 1) / unfreezeEpochs));
}

/** The first epoch (from 1) in which everything learns that ever will. */
export function lastPhaseBegins(phases: number, unfreezeEpochs: number): number {
  return 1 + (phases - 1) * unfreezeEpochs;
}
