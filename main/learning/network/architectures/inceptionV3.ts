import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';
import { normalised } from './blocks.ts';

type Kernel = number | readonly [number, number];
/** Suffix of the name, channels, kernel; `stride` 2 has no padding, others keep the size. */
type Unit = readonly [suffix: string, channels: number, kernel: Kernel, stride?: number];

function unit(layers: LayerWriter, name: string, input: string, [suffix, channels, kernel, stride = 1]: Unit): string {
  const half = (length: number) => (stride === 2 ? 0 : (length - 1) / 2);
  const padding = typeof kernel === 'number' ? half(kernel) : ([half(kernel[0]), half(kernel[1])] as const);
  const shape = { channels, kernel, stride, padding, activation: 'relu', epsilon: 1e-3 } as const;
  return normalised(layers, `${name}.${suffix}`, input, shape);
}

const chain = (layers: LayerWriter, name: string, input: string, units: readonly Unit[]): string =>
  units.reduce((value, each) => unit(layers, name, value, each), input);

/** Average over 3x3, then a 1x1 convolution. */
function pooled(layers: LayerWriter, name: string, input: string, channels: number): string {
  const average = layers.averagePool(`${name}.pool`, input, { kernel: 3, stride: 1, padding: 1 });
  return unit(layers, name, average, ['branch_pool', channels, 1]);
}

const row = [1, 7] as const;
const column = [7, 1] as const;

/** Figure 5 of the paper: 5x5 as two 3x3. */
function blockA(layers: LayerWriter, name: string, input: string, poolChannels: number): string {
  const ways: readonly (readonly Unit[])[] = [
    [['branch1x1', 64, 1]],
    [
      ['branch5x5_1', 48, 1],
      ['branch5x5_2', 64, 5],
    ],
    [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3],
    ],
  ];
  const branches = ways.map((way) => chain(layers, name, input, way));
  return layers.concat(name, [...branches, pooled(layers, name, input, poolChannels)]);
}

/** Halves the resolution. */
function blockB(layers: LayerWriter, name: string, input: string): string {
  const double: readonly Unit[] = [
    ['branch3x3dbl_1', 64, 1],
    ['branch3x3dbl_2', 96, 3],
    ['branch3x3dbl_3', 96, 3, 2],
  ];
  return layers.concat(name, [
    unit(layers, name, input, ['branch3x3', 384, 3, 2]),
    chain(layers, name, input, double),
    layers.maxPool(`${name}.pool`, input, { kernel: 3, stride: 2 }),
  ]);
}

/** Figure 6: 7x7 as 1x7 and 7x1. */
function blockC(layers: LayerWriter, name: string, input: string, narrow: number): string {
  const ways: readonly (readonly Unit[])[] = [
    [['branch1x1', 192, 1]],
    [
      ['branch7x7_1', narrow, 1],
      ['branch7x7_2', narrow, row],
      ['branch7x7_3', 192, column],
    ],
    [
      ['branch7x7dbl_1', narrow, 1],
      ['branch7x7dbl_2', narrow, column],
      ['branch7x7dbl_3', narrow, row],
      ['branch7x7dbl_4', narrow, column],
      ['branch7x7dbl_5', 192, row],
    ],
  ];
  const branches = ways.map((way) => chain(layers, name, input, way));
  return layers.concat(name, [...branches, pooled(layers, name, input, 192)]);
}

/** Halves the resolution again. */
function blockD(layers: LayerWriter, name: string, input: string): string {
  const three: readonly Unit[] = [
    ['branch3x3_1', 192, 1],
    ['branch3x3_2', 320, 3, 2],
  ];
  const seven: readonly Unit[] = [
    ['branch7x7x3_1', 192, 1],
    ['branch7x7x3_2', 192, row],
    ['branch7x7x3_3', 192, column],
    ['branch7x7x3_4', 192, 3, 2],
  ];
  const pool = layers.maxPool(`${name}.pool`, input, { kernel: 3, stride: 2 });
  return layers.concat(name, [chain(layers, name, input, three), chain(layers, name, input, seven), pool]);
}

/** Figure 7: filters spread out sideways. */
function blockE(layers: LayerWriter, name: string, input: string): string {
  const fork = (value: string, stem: string, [a, b]: readonly [string, string]) =>
    layers.concat(`${name}.${stem}`, [
      unit(layers, name, value, [a, 384, [1, 3]]),
      unit(layers, name, value, [b, 384, [3, 1]]),
    ]);
  const three = unit(layers, name, input, ['branch3x3_1', 384, 1]);
  const double = chain(layers, name, input, [
    ['branch3x3dbl_1', 448, 1],
    ['branch3x3dbl_2', 384, 3],
  ]);
  return layers.concat(name, [
    unit(layers, name, input, ['branch1x1', 320, 1]),
    fork(three, 'branch3x3', ['branch3x3_2a', 'branch3x3_2b']),
    fork(double, 'branch3x3dbl', ['branch3x3dbl_3a', 'branch3x3dbl_3b']),
    pooled(layers, name, input, 192),
  ]);
}

function stem(layers: LayerWriter): string {
  const plain = (name: string, input: string, channels: number, kernel: number, rest = {}) =>
    normalised(layers, name, input, { channels, kernel, activation: 'relu', epsilon: 1e-3, ...rest });
  let value = plain('Conv2d_1a_3x3', 'image', 32, 3, { stride: 2 });
  value = plain('Conv2d_2a_3x3', value, 32, 3);
  value = plain('Conv2d_2b_3x3', value, 64, 3, { padding: 1 });
  value = layers.maxPool('maxpool1', value, { kernel: 3, stride: 2 });
  value = plain('Conv2d_3b_1x1', value, 80, 1);
  return plain('Conv2d_4a_3x3', value, 192, 3);
}

/**
 * Szegedy et al.: Rethinking the Inception architecture, 2015. Names and counts as torchvision's without the auxiliary
 * classifier.
 */
export const inceptionV3: Architecture = {
  id: 'inception-v3',
  title: 'Inception v3',
  description: 'Deep and wide with factorised filters, made for 299 pixels: for large images and many cases.',
  minimumSize: 75,
  build(options) {
    const layers = new LayerWriter('inception-v3', 299, options);
    const features = [layers.maxPool('maxpool2', stem(layers), { kernel: 3, stride: 2 })];
    let value = features[0] ?? '';
    const widths: Readonly<Record<string, number>> = { Mixed_5b: 32, Mixed_5c: 64, Mixed_5d: 64 };
    for (const [name, channels] of Object.entries(widths)) value = blockA(layers, name, value, channels);
    features.push(value);
    value = blockB(layers, 'Mixed_6a', value);
    const narrows: Readonly<Record<string, number>> = { Mixed_6b: 128, Mixed_6c: 160, Mixed_6d: 160, Mixed_6e: 192 };
    for (const [name, narrow] of Object.entries(narrows)) value = blockC(layers, name, value, narrow);
    features.push(value);
    value = blockD(layers, 'Mixed_7a', value);
    for (const name of ['Mixed_7b', 'Mixed_7c']) value = blockE(layers, name, value);
    features.push(value);
    const flat = layers.dropout('dropout', layers.globalAveragePool('avgpool', value), 0.5);
    layers.dense('fc', flat, options.classes);
    return layers.network('fc', features);
  },
};
