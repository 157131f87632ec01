import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Augmentation } from '../../../contract/augmentation.ts';
import { type AskedQuestion, augmentationGaps, augmentationWarnings } from '../../../contract/augmentationGaps.ts';
import type { AugmentationPreview, AugmentedVariant } from '../../../contract/augmentationPreview.ts';
import type { Preprocessing } from '../../../contract/models.ts';
import { AppError } from '../../../domain/errors.ts';
import { shuffled } from '../../../domain/random.ts';
import { type SnapshotIndex, snapshotLevels, splitOfCases } from '../../dataset/openSnapshot.ts';
import { resample } from '../../dataset/resample.ts';
import { pictureSource } from '../inputSource.ts';
import { mixBatch } from './mixBatch.ts';
import { drawMixture, type Mixture } from './mixture.ts';

export interface PreviewRequest {
  readonly augmentation: Augmentation;
  readonly caseIndex?: number;
  readonly variants: number;
  readonly seed: number;
}

const LARGEST_SIDE = 256;
/** Cases that another picture for mixing is taken from; training takes it from the batch. */
const PARTNERS = 7;

/** What the names of a snapshot say about its question. */
export const questionOf = ({ manifest }: SnapshotIndex): AskedQuestion => {
  const { target, classes, unit, preprocessing } = manifest;
  const hasSlices = preprocessing.slices !== undefined;
  return { target, classes, unit, hasWindow: preprocessing.window !== undefined, hasSlices };
};

/** Throws `invalid-input` where the augmentation would make answers wrong, or cannot be done with this snapshot. */
export function refuseAugmentation(how: Augmentation, snapshot: SnapshotIndex): void {
  const [gap] = augmentationGaps(how, questionOf(snapshot));
  if (gap) throw new AppError('invalid-input', gap);
}

/** Levels of a case for showing: large pictures are averaged down. */
function shownLevels(snapshot: SnapshotIndex, size: number): (caseIndex: number) => Uint16Array {
  const whole = snapshot.manifest.preprocessing.size;
  const known = new Map<number, Uint16Array>();
  const read = (caseIndex: number): Uint16Array => {
    const levels = snapshotLevels(snapshot, [caseIndex]);
    if (size === whole) return levels;
    const map = { scale: whole / size, offset: (whole / size - 1) / 2 };
    const source = { rows: whole, columns: whole, valueAt: (i: number) => levels[i] ?? 0 };
    return Uint16Array.from(resample(source, map, map, size, 0), Math.round);
  };
  return (caseIndex) => {
    const levels = known.get(caseIndex) ?? read(caseIndex);
    known.set(caseIndex, levels);
    return levels;
  };
}

/** Normalised values as grey, 0 black to 255 white. */
function writeGreys(values: Float32Array, { mean, standardDeviation }: Preprocessing, into: Uint8Array): void {
  for (let i = 0; i < into.length; i++) {
    const grey = (values[i] ?? 0) * standardDeviation + mean;
    into[i] = Math.round(255 * Math.min(1, Math.max(0, grey)));
  }
}

function variantOf(own: string, mixture: Mixture | undefined, partner: number, other: string): AugmentedVariant {
  if (!mixture) return { shares: [{ className: own, share: 1 }] };
  const { kind, share } = mixture;
  const shares =
    own === other
      ? [{ className: own, share: 1 }]
      : [
          { className: own, share },
          { className: other, share: 1 - share },
        ];
  return { shares, mixedWith: { kind, caseIndex: partner, className: other } };
}

/**
 * A case as training would see it in its first epochs, with the code that trains. Works in turns, a variant each, so
 * that the core stays free in between. Throws `not-found`, `snapshot-damaged`.
 */
export async function previewAugmentation(
  snapshot: SnapshotIndex,
  request: PreviewRequest,
): Promise<AugmentationPreview> {
  const { augmentation, variants: count, seed } = request;
  const { cases } = snapshot.manifest;
  const parts = splitOfCases(snapshot);
  const train = cases.flatMap((_, i) => (parts[i] === 'train' ? [i] : []));
  const caseIndex = request.caseIndex ?? train[0] ?? 0;
  const chosen = cases[caseIndex];
  if (!chosen) throw new AppError('not-found', 'The snapshot has no such case.');
  const size = Math.min(LARGEST_SIDE, snapshot.manifest.preprocessing.size);
  // Of a case of several pictures one is shown: the middle slice, the first channel.
  const { slices: _, phases: __, ...whole } = snapshot.manifest.preprocessing;
  const preprocessing: Preprocessing = { ...whole, size, channels: 1 };
  const source = pictureSource(shownLevels(snapshot, size), preprocessing, augmentation, seed, 0);
  const others = shuffled(
    train.filter((i) => i !== caseIndex),
    seed,
    'preview',
  );
  const batch = [caseIndex, ...others.slice(0, PARTNERS)];
  const area = size * size;
  const pixels = new Uint8Array((count + 1) * area);
  const x = new Float32Array(2 * area);
  source.writePlain(caseIndex, x, 0);
  writeGreys(x, preprocessing, pixels.subarray(0, area));
  const variants: AugmentedVariant[] = [];
  for (let epoch = 1; epoch <= count; epoch++) {
    await nextTurn();
    const mixture = drawMixture(augmentation, batch.length, 0, size, { seed, fold: 0, epoch, caseIndex });
    const partner = batch[mixture?.partner ?? 0] ?? caseIndex;
    source.writeForTraining(caseIndex, epoch, x, 0);
    if (mixture) {
      source.writeForTraining(partner, epoch, x, area);
      const arrays = { x, y: new Float32Array(4), sampleWeight: new Float32Array(2) };
      mixBatch(arrays, [1, size, size], [{ ...mixture, partner: 1 }, undefined]);
    }
    writeGreys(x, preprocessing, pixels.subarray(epoch * area, (epoch + 1) * area));
    variants.push(variantOf(chosen.className, mixture, partner, cases[partner]?.className ?? ''));
  }
  const question = questionOf(snapshot);
  const [gaps, warnings] = [augmentationGaps(augmentation, question), augmentationWarnings(augmentation, question)];
  return { caseIndex, className: chosen.className, size, pixels, variants, gaps, warnings };
}
