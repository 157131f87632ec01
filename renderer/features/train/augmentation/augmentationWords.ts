import type { TrainingConfig } from '../../../../main/contract/training.ts';

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

function changesOf(augmentation: TrainingConfig['augmentation']): string[] {
  const { flipHorizontal, flipVertical, shift, rotationDegrees, zoom, shear, elastic } = augmentation;
  const { window, gamma, intensity, noise, blur, erasing } = augmentation;
  return [
    flipHorizontal ? 'mirrored left to right' : '',
    flipVertical ? 'mirrored top to bottom' : '',
    shift > 0 ? `shifted by up to ${percent(shift)} of the side` : '',
    rotationDegrees > 0 ? `turned by up to ${rotationDegrees}°` : '',
    zoom > 0 ? `up to ${percent(zoom)} larger or smaller` : '',
    shear > 0 ? 'slanted' : '',
    elastic > 0 ? 'deformed like rubber' : '',
    blur > 0 ? 'blurred' : '',
    window > 0 ? 'seen through a narrower window' : '',
    gamma > 0 ? 'with darker or brighter middle greys' : '',
    intensity > 0 ? `up to ${percent(intensity)} brighter, darker, flatter or steeper` : '',
    noise > 0 ? 'noisier' : '',
    erasing > 0 ? `in ${percent(erasing)} of cases partly erased` : '',
  ].filter(Boolean);
}

/** The augmentation in words, for a reader who wants to know what happens to the pictures. */
export function augmentationWords(config: Pick<TrainingConfig, 'augmentation'> & Partial<TrainingConfig>): string {
  const { augmentation, mode } = config;
  const changes = changesOf(augmentation);
  const mixing = [
    augmentation.mixup > 0 ? 'blended with another' : '',
    augmentation.cutmix > 0 ? 'given a piece of another' : '',
  ].filter(Boolean);
  if (mode === 'features' || changes.length + mixing.length === 0) return 'Every picture is shown as it is.';
  const mixed = mixing.length > 0 ? `It is ${mixing.join(' or ')}, and the answer is shared likewise.` : '';
  const changed = changes.length > 0 ? `Each time a picture is shown it is, at random, ${changes.join(', ')}.` : '';
  return [changed, mixed]
    .filter(Boolean)
    .join(' ')
    .replace(/^It is/, 'Each time a picture is shown it is');
}
