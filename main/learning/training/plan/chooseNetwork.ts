import type { SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';
import { Optimizer } from '../../../contract/training/optimizer.ts';
import { TrainingConfig } from '../../../contract/training.ts';
import { aboutTime, type Choice, clamp, type PlanWishes } from './choice.ts';
import { estimateOf, trainingMemory } from './estimate.ts';

type Config = TrainingConfig;

const FEW_CASES = 150;
/** A first training should be over before lunch. */
const MOST_SECONDS = 3 * 3600;
/** Images seen in all that a training from scratch needs before it levels off. */
const SCRATCH_IMAGES = 12_000;

export function chooseMode({ mode, backbone }: PlanWishes): Choice<Config['mode']> {
  if (mode) return { value: mode, reason: 'You chose it.' };
  if (backbone) return { value: 'fine-tune', reason: 'Starting from a trained model needs fewer cases and less time.' };
  return { value: 'scratch', reason: 'There is no trained model to start from: every layer starts at random.' };
}

export function chooseEpochs(mode: Config['mode'], trainCases: number): Choice<number> {
  if (mode === 'features')
    return { value: 60, reason: 'An epoch on cached features takes a moment; early stopping ends it.' };
  const images = mode === 'scratch' ? SCRATCH_IMAGES : SCRATCH_IMAGES / 3;
  const value = clamp(Math.ceil(images / Math.max(1, trainCases)), mode === 'scratch' ? 12 : 6, 60);
  return {
    value,
    reason: `About ${value * trainCases} images are seen in all; training ends earlier when nothing improves.`,
  };
}

const secondsOf = (
  fingerprint: SnapshotFingerprint,
  architecture: Config['architecture'],
  mode: Config['mode'],
): number => {
  const epochs = chooseEpochs(mode, fingerprint.trainCases).value;
  const config = TrainingConfig.parse({ snapshot: fingerprint.snapshot, architecture, mode, epochs });
  return estimateOf(config, fingerprint).totalSeconds;
};

/** ResNet-18 where size, cases and this machine allow it; else the small network. */
export function chooseArchitecture(
  fingerprint: SnapshotFingerprint,
  mode: Config['mode'],
  wishes: PlanWishes,
): Choice<Config['architecture']> {
  if (wishes.architecture) return { value: wishes.architecture, reason: 'You chose it.' };
  const { size, trainCases, device } = fingerprint;
  if (size < 32) return { value: 'small-cnn', reason: `Images of ${size} pixels are too small for a deep network.` };
  if (trainCases < FEW_CASES)
    return { value: 'small-cnn', reason: `${trainCases} training cases are few: a small network overfits later.` };
  const seconds = secondsOf(fingerprint, 'resnet18', mode);
  if (seconds > MOST_SECONDS)
    return {
      value: 'small-cnn',
      reason: `ResNet-18 would take about ${aboutTime(seconds)} on this machine (${device.title}); the small network gives a first answer in about ${aboutTime(secondsOf(fingerprint, 'small-cnn', mode))}.`,
    };
  return { value: 'resnet18', reason: `${trainCases} training cases are enough for a network of 18 layers.` };
}

/** Share of the memory that a training may take: the program, the system and the viewer need theirs. */
const MEMORY_SHARE = 0.6;

export function chooseBatch(fingerprint: SnapshotFingerprint, architecture: Config['architecture']): Choice<number> {
  const { trainCases, device, slices } = fingerprint;
  // So many pictures at once, whether they are cases or slices.
  const wanted = slices ? Math.max(2, 2 ** Math.round(Math.log2(64 / slices.count))) : trainCases < 64 ? 8 : 16;
  const optimizer = Optimizer.parse({ kind: 'adam' });
  const fits = (batchSize: number) =>
    trainingMemory(fingerprint, { architecture, batchSize, optimizer }) < MEMORY_SHARE * device.memoryBytes;
  const sizes = slices ? [wanted, 16, 8, 4, 2] : [wanted, 8, 4, 2];
  const value = sizes.find((batchSize) => batchSize <= wanted && fits(batchSize)) ?? 1;
  const gigabytes = (device.memoryBytes / 1024 ** 3).toFixed(0);
  if (value < wanted)
    return { value, reason: `More pictures at once would not fit into the ${gigabytes} GB of memory.` };
  if (slices)
    return { value, reason: `A case is ${slices.count} slices: ${value * slices.count} pictures at once are enough.` };
  if (value === 8) return { value, reason: 'Small batches, because there are few cases.' };
  return { value, reason: 'Fits into memory and gives steady steps.' };
}

/** How slices become one answer; undefined where a case is one picture. */
export function choosePooling({ slices }: SnapshotFingerprint): Choice<NonNullable<Config['pooling']>> | undefined {
  if (!slices) return undefined;
  if (slices.extent === 'lesion')
    return { value: 'mean', reason: 'Every slice shows the lesion: they count the same.' };
  return {
    value: 'attention',
    reason: 'Most slices of a whole series show nothing of it: the network learns which ones count.',
  };
}
