import type { Activation } from '../layerWriter.ts';
import { LayerWriter } from '../layerWriter.ts';
import type { Architecture, ArchitectureOptions } from './architecture.ts';
import type { NormalisedShape } from './blocks.ts';
import { multipleOfEight, normalised, squeezeExcitation } from './blocks.ts';

type Row = readonly [kernel: number, hidden: number, channels: number, weighs: boolean, Activation, stride: number];

const R = 'relu';
const H = 'hardswish';

/** Tables 1 and 2 of the paper. */
const large: readonly Row[] = [
  [3, 16, 16, false, R, 1],
  [3, 64, 24, false, R, 2],
  [3, 72, 24, false, R, 1],
  [5, 72, 40, true, R, 2],
  [5, 120, 40, true, R, 1],
  [5, 120, 40, true, R, 1],
  [3, 240, 80, false, H, 2],
  [3, 200, 80, false, H, 1],
  [3, 184, 80, false, H, 1],
  [3, 184, 80, false, H, 1],
  [3, 480, 112, true, H, 1],
  [3, 672, 112, true, H, 1],
  [5, 672, 160, true, H, 2],
  [5, 960, 160, true, H, 1],
  [5, 960, 160, true, H, 1],
];

const small: readonly Row[] = [
  [3, 16, 16, true, R, 2],
  [3, 72, 24, false, R, 2],
  [3, 88, 24, false, R, 1],
  [5, 96, 40, true, H, 2],
  [5, 240, 40, true, H, 1],
  [5, 240, 40, true, H, 1],
  [5, 120, 48, true, H, 1],
  [5, 144, 48, true, H, 1],
  [5, 288, 96, true, H, 2],
  [5, 576, 96, true, H, 1],
  [5, 576, 96, true, H, 1],
];

const unit = (layers: LayerWriter, name: string, input: string, shape: NormalisedShape) =>
  normalised(layers, name, input, { ...shape, parts: ['0', '1'], epsilon: 1e-3, momentum: 0.99 });

function block(layers: LayerWriter, name: string, input: string, row: Row): string {
  const [kernel, hidden, channels, weighs, activation, stride] = row;
  const before = layers.channelsOf(input);
  let index = 0;
  const next = () => `${name}.block.${index++}`;
  let value = input;
  if (hidden !== before) value = unit(layers, next(), value, { channels: hidden, kernel: 1, activation });
  const padding = (kernel - 1) / 2;
  value = unit(layers, next(), value, { channels: hidden, kernel, stride, padding, group: hidden, activation });
  if (weighs) {
    const squeezed = { channels: multipleOfEight(hidden / 4), activation: 'relu', gate: 'hardsigmoid' } as const;
    value = squeezeExcitation(layers, next(), value, squeezed);
  }
  value = unit(layers, next(), value, { channels, kernel: 1 });
  return stride === 1 && before === channels ? layers.add(name, input, value) : value;
}

/** Howard et al.: Searching for MobileNetV3, 2019. Names and counts as torchvision's. */
function build(id: string, rows: readonly Row[], dense: number, options: ArchitectureOptions) {
  const layers = new LayerWriter(id, 64, options);
  const stem = { channels: 16, kernel: 3, stride: 2, padding: 1, activation: H } as const;
  let value = unit(layers, 'features.0', 'image', stem);
  const features: string[] = [];
  rows.forEach((row, i) => {
    if (row[5] === 2) features.push(value);
    value = block(layers, `features.${i + 1}`, value, row);
  });
  const channels = 6 * layers.channelsOf(value);
  value = unit(layers, `features.${rows.length + 1}`, value, { channels, kernel: 1, activation: H });
  const start = { deviation: 0.01 };
  const wide = layers.dense('classifier.0', layers.globalAveragePool('avgpool', value), dense, start);
  const active = layers.activation('classifier.1', wide, H);
  layers.dense('classifier.3', layers.dropout('classifier.2', active, 0.2), options.classes, start);
  return layers.network('classifier.3', [...features, value]);
}

export const mobilenetV3Small: Architecture = {
  id: 'mobilenet-v3-small',
  title: 'MobileNetV3 small',
  description: 'The least work of all that are known from ImageNet: for old machines and quick trials.',
  minimumSize: 32,
  build: (options) => build('mobilenet-v3-small', small, 1024, options),
};

export const mobilenetV3Large: Architecture = {
  id: 'mobilenet-v3-large',
  title: 'MobileNetV3 large',
  description: 'Little work with weighed channels: a step above MobileNetV2 at the same cost.',
  minimumSize: 32,
  build: (options) => build('mobilenet-v3-large', large, 1280, options),
};
