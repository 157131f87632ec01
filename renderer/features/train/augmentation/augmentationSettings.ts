import type { Augmentation } from '../../../../main/contract/augmentation.ts';
import { formatPercent } from '../../../components/format.ts';

type Amount = { [K in keyof Augmentation]: Augmentation[K] extends number ? K : never }[keyof Augmentation];

export interface AmountSetting {
  readonly key: Amount;
  readonly label: string;
  readonly maximum: number;
  readonly minimum?: number;
  readonly step?: number;
  readonly format: (value: number) => string;
  /** What it does, shown on hovering. */
  readonly meaning: string;
  /** Only shown where this other amount is on. */
  readonly of?: Amount;
}

interface SettingGroup {
  readonly title: string;
  readonly settings: readonly AmountSetting[];
}

const or = (text: (value: number) => string) => (value: number) => (value === 0 ? 'off' : text(value));
const share = or((value) => formatPercent(value));
const plusMinus = or((value) => `± ${formatPercent(value)}`);
const upTo = (unit: string) => or((value) => `up to ${value.toFixed(2)} ${unit}`);
const ofSide = or((value) => `up to ${(value * 100).toFixed(1)} %`);
const factor = or((value) => `× ${(1 / (1 + value)).toFixed(2)} to ${(1 + value).toFixed(2)}`);

/** Every amount a person can set, in the order in which it is applied. */
export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Place and form',
    settings: [
      { key: 'shift', label: 'Shift', maximum: 0.3, format: plusMinus, meaning: 'Along both axes; share of the side.' },
      {
        ...{ key: 'rotationDegrees', label: 'Turn', maximum: 180, step: 1 },
        format: or((value) => `± ${value}°`),
        meaning: 'About the centre.',
      },
      {
        key: 'zoom',
        label: 'Size',
        maximum: 0.5,
        format: factor,
        meaning: 'Larger and smaller, as often as each other.',
      },
      {
        key: 'shear',
        label: 'Slant',
        maximum: 0.3,
        format: plusMinus,
        meaning: 'Tangent of the angle by which edges lean.',
      },
      {
        ...{ key: 'elastic', label: 'Elastic deformation', maximum: 0.06, step: 0.002, format: ofSide },
        meaning: 'How far pixels move on average, as on a sheet of rubber; share of the side.',
      },
      {
        ...{ key: 'elasticSmoothness', label: 'Size of its waves', minimum: 0.03, maximum: 0.2, of: 'elastic' },
        format: (value) => formatPercent(value),
        meaning: 'How far neighbouring pixels move together; share of the side.',
      },
    ],
  },
  {
    title: 'Greys',
    settings: [
      {
        ...{ key: 'intensity', label: 'Brightness and contrast', maximum: 0.5, format: plusMinus },
        meaning: 'Contrast by this share, brightness by this share of the standard deviation of greys.',
      },
      {
        key: 'gamma',
        label: 'Gamma',
        maximum: 1,
        format: factor,
        meaning: 'Middle greys darker or brighter; black and white stay.',
      },
      {
        ...{ key: 'window', label: 'Narrower window', maximum: 0.4, format: share },
        meaning: 'Each edge of the window moves inwards by up to this share of its width.',
      },
      {
        key: 'noise',
        label: 'Noise',
        maximum: 0.6,
        format: upTo('SD'),
        meaning: 'Independent in each pixel; in standard deviations of greys.',
      },
      {
        key: 'blur',
        label: 'Blur',
        maximum: 0.04,
        step: 0.002,
        format: ofSide,
        meaning: 'Standard deviation of a Gaussian; share of the side.',
      },
    ],
  },
  {
    title: 'Hiding and mixing',
    settings: [
      {
        ...{ key: 'erasing', label: 'Random erasing', maximum: 1, step: 0.05 },
        format: or((value) => `${formatPercent(value)} of pictures`),
        meaning: 'A rectangle of random greys hides a part, so that no single spot decides.',
      },
      {
        ...{ key: 'erasingArea', label: 'Largest part erased', minimum: 0.05, maximum: 0.5, of: 'erasing' },
        format: (value) => formatPercent(value),
        meaning: 'Of the picture.',
      },
      {
        ...{
          key: 'mixup',
          label: 'Mixup',
          maximum: 1,
          step: 0.05,
          format: or((value) => `strength ${value.toFixed(2)}`),
        },
        meaning: 'Blends two pictures and their answers; each keeps the larger share. 0.2 is usual.',
      },
      {
        ...{
          key: 'cutmix',
          label: 'Cutmix',
          maximum: 1,
          step: 0.05,
          format: or((value) => `strength ${value.toFixed(2)}`),
        },
        meaning: 'Pastes a rectangle out of another picture, with as much of its answer. 1 is usual.',
      },
    ],
  },
];
