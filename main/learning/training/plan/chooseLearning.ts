import type { Augmentation } from '../../../contract/augmentation.ts';
import { augmentationPresets } from '../../../contract/augmentationPresets.ts';
import type { SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';
import type { TrainingConfig } from '../../../contract/training.ts';
import type { Choice, PlanWishes } from './choice.ts';

type Config = TrainingConfig;

/** The highest rate of each way of training, with Adam. */
export const rates: Record<Config['mode'], Choice<number>> = {
  scratch: { value: 1e-3, reason: 'The usual start for Adam when every layer is new; it falls along a cosine.' },
  'fine-tune': { value: 2e-4, reason: 'Small steps, so that what the model knows is not lost at once.' },
  features: { value: 5e-3, reason: 'Only the last layer learns, so steps may be large.' },
};

export function chooseSchedule(mode: Config['mode']): Choice<{ schedule: Config['schedule']; warmUpEpochs: number }> {
  if (mode === 'fine-tune')
    return {
      value: { schedule: 'cosine', warmUpEpochs: 1 },
      reason: 'Rises during the first epoch, while the new last layer is still wrong, then falls along a cosine.',
    };
  return {
    value: { schedule: 'cosine', warmUpEpochs: 0 },
    reason: 'Large steps first, ever smaller ones to the end: one setting that suits most trainings.',
  };
}

const FEW_FOR_ALL_LAYERS = 200;

/**
 * Where training is frozen. With few cases the early stages of a model keep what they know; its normalisation is
 * measured anew on the own images in any case, without which another scanner's greys mislead every layer.
 */
export function chooseFreeze(
  fingerprint: SnapshotFingerprint,
  mode: Config['mode'],
  stages: readonly string[],
): Choice<{ freezeBelow?: string; batchNorm: { reestimated: boolean } }> {
  const { trainCases } = fingerprint;
  if (mode === 'scratch')
    return { value: { batchNorm: { reestimated: false } }, reason: 'Nothing is frozen: no layer knows anything yet.' };
  const batchNorm = { reestimated: true };
  if (mode === 'features')
    return {
      value: { batchNorm },
      reason: 'All but the last layer are frozen; their statistics are measured anew on your images.',
    };
  const middle = stages[Math.floor((stages.length - 1) / 2)];
  if (trainCases < FEW_FOR_ALL_LAYERS && middle !== undefined)
    return {
      value: { freezeBelow: middle, batchNorm },
      reason: `${trainCases} cases are few for all layers: those up to ${middle} see edges and textures and keep what they know.`,
    };
  return { value: { batchNorm }, reason: `${trainCases} cases are enough to adapt every layer.` };
}

/** Pictures are changed as their kind allows. Never mirrored where the answer names a side. */
export function chooseAugmentation(
  fingerprint: SnapshotFingerprint,
): Choice<Augmentation> & { readonly title: string } {
  const { unit, sideWord, source, hasWindow } = fingerprint;
  const preset = (id: string) => {
    const found = augmentationPresets.find((known) => known.id === id) ?? augmentationPresets[0];
    if (!found) throw new Error('there are no presets of augmentation');
    return { value: found.augmentation, reason: found.reason, title: found.title };
  };
  if (unit === 'lesion' && sideWord !== undefined)
    return {
      ...preset('standard'),
      reason: `Small changes and no mirroring: the answer names a side ("${sideWord}").`,
    };
  if (unit === 'lesion') return preset('lesion-crop');
  const [main] = source?.modalities ?? [];
  const isOne = main !== undefined && main.images >= 0.9 * (source?.images ?? 0);
  if (!isOne) return preset('standard');
  if (/^(CR|DX)$/.test(main.modality) && /CHEST|THORAX|LUNG/i.test(source?.bodyPart ?? ''))
    return preset('chest-radiograph');
  // Without a fixed window the greys of a CT are no longer absolute.
  if (main.modality === 'CT' && hasWindow) return preset('ct-slice');
  if (main.modality === 'MR') return preset('mr-slice');
  if (main.modality === 'MG') return preset('mammogram');
  if (main.modality === 'US') return preset('ultrasound');
  return preset('standard');
}

/** Ten to one: weights alone would let single cases of the rare class shake every step. */
const STRONG_IMBALANCE = 10;

export function chooseBalance({
  classes,
  task,
}: SnapshotFingerprint): Choice<Pick<Config, 'classWeights' | 'sampling'>> {
  if (task === 'regression')
    return { value: { classWeights: false, sampling: 'shuffled' }, reason: 'A number has no rare class.' };
  if (task === 'multi-label')
    return {
      value: { classWeights: true, sampling: 'shuffled' },
      reason: 'In each label yes and no count the same, however rare; what was not answered does not count.',
    };
  const counts = classes.map(({ cases }) => cases);
  const ratio = Math.max(...counts) / Math.max(1, Math.min(...counts));
  const times = `The largest class has ${ratio.toFixed(1)} times the cases of the smallest`;
  if (ratio >= STRONG_IMBALANCE)
    return {
      value: { classWeights: false, sampling: 'balanced' },
      reason: `${times}: each class is shown equally often.`,
    };
  const value = { classWeights: true, sampling: 'shuffled' } as const;
  if (ratio >= 1.5) return { value, reason: `${times}: each class counts the same.` };
  return { value, reason: 'The classes are about equally large; weighing them changes little.' };
}

export function backboneOf({ backbone }: PlanWishes, mode: Config['mode']): string {
  return backbone ?? (mode === 'features' ? 'random' : 'none');
}
