import type { SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';
import type { TrainingConfig, TrainingPlan } from '../../../contract/training.ts';
import { slotNames } from '../../network/optimizer.ts';
import { batchesPerEpoch } from '../loop/sampling.ts';
import { architectureCosts } from './architectureCosts.ts';

type ArchitectureId = TrainingConfig['architecture'];

/** Multiply-adds a second of a two-core laptop in training; a device test replaces it. */
const DEFAULT_SPEED = 12e9;
/** A backward pass costs about two forward passes. */
export const TRAINING_FACTOR = 3;

export const speedOf = ({ device }: SnapshotFingerprint): number => device.trainingSpeed ?? DEFAULT_SPEED;

/** Multiply-adds a second behind a measured rate of training. */
export function speedFromImages(architecture: string, size: number, imagesPerSecond: number): number | undefined {
  const cost = Object.entries(architectureCosts).find(([id]) => id === architecture)?.[1];
  return cost && imagesPerSecond * TRAINING_FACTOR * cost.multiplyAddsPerPixel * size * size;
}

/** Pixels of a case: of all its slices. */
const areaOf = ({ size, slices }: SnapshotFingerprint): number => size ** 2 * (slices?.count ?? 1);

/** Seconds of one case forward. */
const forwardSeconds = (fingerprint: SnapshotFingerprint, architecture: ArchitectureId): number =>
  (architectureCosts[architecture].multiplyAddsPerPixel * areaOf(fingerprint)) / speedOf(fingerprint);

export function trainingMemory(
  fingerprint: SnapshotFingerprint,
  { architecture, batchSize, optimizer }: Pick<TrainingConfig, 'architecture' | 'batchSize' | 'optimizer'>,
): number {
  const cost = architectureCosts[architecture];
  const slots = slotNames(optimizer, '').length;
  const area = areaOf(fingerprint);
  const library = 150e6;
  return (
    4 * cost.parameters * (3 + 2 * slots) +
    2 * batchSize * cost.activationBytesPerPixel * area +
    2 * fingerprint.cases * area +
    library
  );
}

/** What a configuration will take, by the cost model; `measureTraining` replaces it by a measured one. */
export function estimateOf(config: TrainingConfig, fingerprint: SnapshotFingerprint): TrainingPlan['estimate'] {
  const { folds = 1, trainCases, valCases } = fingerprint;
  const forward = forwardSeconds(fingerprint, config.architecture);
  const isFrozen = config.mode === 'features';
  const images = batchesPerEpoch(trainCases, config.batchSize) * config.batchSize;
  // Training the head on cached features costs next to nothing; a millisecond stands for the call itself.
  const secondsPerEpoch = isFrozen ? images * 1e-3 : forward * (TRAINING_FACTOR * images + valCases);
  const once = isFrozen ? forward * (trainCases + valCases) : 0;
  return {
    secondsPerEpoch,
    totalSeconds: folds * (once + config.epochs * secondsPerEpoch),
    memoryMb: Math.round(trainingMemory(fingerprint, config) / 1e6),
    parameters: architectureCosts[config.architecture].parameters,
  };
}
