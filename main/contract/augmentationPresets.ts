import { type Augmentation, noAugmentation } from './augmentation.ts';

export interface AugmentationPreset {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly augmentation: Augmentation;
}

/** Everything that is not named is off. */
const preset = (id: string, title: string, reason: string, how: Partial<Augmentation>): AugmentationPreset => ({
  ...{ id, title, reason },
  augmentation: { ...noAugmentation, ...how },
});

/**
 * Starting points for kinds of pictures. None mirrors whole patients left to right: heart, liver and spleen have a side,
 * and so has the answer to many questions. Crops around a lesion have none.
 */
export const augmentationPresets: readonly AugmentationPreset[] = [
  preset('none', 'None', 'Every picture is shown as it is: for measuring what the others bring.', {}),
  preset('standard', 'Standard', 'Small shifts, turns and brightness changes suit any picture.', {
    shift: 0.06,
    rotationDegrees: 10,
    intensity: 0.1,
  }),
  preset(
    'chest-radiograph',
    'Chest radiograph',
    'Patients stand a little turned, nearer or farther, and exposures differ; no mirroring, as the heart has a side.',
    { shift: 0.06, rotationDegrees: 8, zoom: 0.1, gamma: 0.2, intensity: 0.15, noise: 0.05 },
  ),
  preset(
    'ct-slice',
    'CT slice',
    'Hounsfield units are absolute, so greys change little; bodies lie a little turned and differ in size and form.',
    { shift: 0.06, rotationDegrees: 8, zoom: 0.1, elastic: 0.01, intensity: 0.05, noise: 0.1 },
  ),
  preset(
    'mr-slice',
    'MR slice',
    'MR greys have no unit and differ from scanner to scanner: contrast, brightness and gamma change more than the form.',
    { shift: 0.05, rotationDegrees: 8, zoom: 0.1, elastic: 0.01, gamma: 0.35, intensity: 0.25, noise: 0.1 },
  ),
  preset(
    'lesion-crop',
    'Crop around a lesion',
    'A lesion looks as likely in any orientation, so crops are mirrored both ways and turned all round.',
    { flipHorizontal: true, flipVertical: true, shift: 0.06, rotationDegrees: 180, zoom: 0.1, intensity: 0.1 },
  ),
  preset(
    'mammogram',
    'Mammogram',
    'Breasts are compressed differently each time, hence shear and elastic; mirroring stays off until you know no side is asked.',
    { shift: 0.06, rotationDegrees: 8, zoom: 0.1, shear: 0.08, elastic: 0.015, gamma: 0.15, intensity: 0.1 },
  ),
  preset(
    'ultrasound',
    'Ultrasound',
    'Gain, depth and speckle vary and shadows hide parts; the probe is always at the top, so nothing is mirrored.',
    { shift: 0.05, rotationDegrees: 8, zoom: 0.15, blur: 0.01, gamma: 0.3, intensity: 0.2, noise: 0.2, erasing: 0.25 },
  ),
  preset(
    'few-cases',
    'Few cases',
    'With few cases a network soon knows each by heart: strong changes, erased parts and blended pairs hold it back.',
    {
      ...{ shift: 0.1, rotationDegrees: 15, zoom: 0.15, shear: 0.05, elastic: 0.02, gamma: 0.25, intensity: 0.2 },
      ...{ noise: 0.1, erasing: 0.25, mixup: 0.2 },
    },
  ),
];

/** The preset that has exactly these values. */
export function presetOf(how: Augmentation): AugmentationPreset | undefined {
  const keys = Object.keys(noAugmentation) as (keyof Augmentation)[];
  return augmentationPresets.find(({ augmentation }) => keys.every((key) => augmentation[key] === how[key]));
}
