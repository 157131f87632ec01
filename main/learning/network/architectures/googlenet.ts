import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';
import type { NormalisedShape } from './blocks.ts';
import { normalised } from './blocks.ts';

const unit = (layers: LayerWriter, name: string, input: string, shape: NormalisedShape) =>
  normalised(layers, name, input, { ...shape, activation: 'relu', epsilon: 1e-3 });

type Widths = readonly [
  one: number,
  threeBefore: number,
  three: number,
  fiveBefore: number,
  five: number,
  pooled: number,
];

/** Four ways side by side. The third is 3x3 where the paper has 5x5, as in torchvision. */
function inception(layers: LayerWriter, name: string, input: string, widths: Widths): string {
  const [one, threeBefore, three, fiveBefore, five, pooled] = widths;
  const wide = (branch: string, before: number, channels: number) => {
    const narrow = unit(layers, `${name}.${branch}.0`, input, { channels: before, kernel: 1 });
    return unit(layers, `${name}.${branch}.1`, narrow, { channels, kernel: 3, padding: 1 });
  };
  const pool = layers.maxPool(`${name}.branch4.0`, input, { kernel: 3, stride: 1, padding: 1, ceil: true });
  return layers.concat(name, [
    unit(layers, `${name}.branch1`, input, { channels: one, kernel: 1 }),
    wide('branch2', threeBefore, three),
    wide('branch3', fiveBefore, five),
    unit(layers, `${name}.branch4.1`, pool, { channels: pooled, kernel: 1 }),
  ]);
}

const stages: readonly Readonly<Record<string, Widths>>[] = [
  { inception3a: [64, 96, 128, 16, 32, 32], inception3b: [128, 128, 192, 32, 96, 64] },
  {
    inception4a: [192, 96, 208, 16, 48, 64],
    inception4b: [160, 112, 224, 24, 64, 64],
    inception4c: [128, 128, 256, 24, 64, 64],
    inception4d: [112, 144, 288, 32, 64, 64],
    inception4e: [256, 160, 320, 32, 128, 128],
  },
  { inception5a: [256, 160, 320, 32, 128, 128], inception5b: [384, 192, 384, 48, 128, 128] },
];

/**
 * Szegedy et al.: Going deeper with convolutions, 2014, with batch normalisation, as torchvision has it. Without the two
 * auxiliary classifiers: normalisation does what they were for.
 */
export const googlenet: Architecture = {
  id: 'googlenet',
  title: 'GoogLeNet (Inception v1)',
  description: 'Filters of several sizes side by side: half the weights and about the quality of ResNet-18.',
  minimumSize: 32,
  build(options) {
    const layers = new LayerWriter('googlenet', 224, options);
    const pool = (name: string, input: string, kernel: number) =>
      layers.maxPool(name, input, { kernel, stride: 2, ceil: true });
    let value = unit(layers, 'conv1', 'image', { channels: 64, kernel: 7, stride: 2, padding: 3 });
    const features = [pool('maxpool1', value, 3)];
    value = unit(layers, 'conv2', features[0] ?? '', { channels: 64, kernel: 1 });
    value = unit(layers, 'conv3', value, { channels: 192, kernel: 3, padding: 1 });
    value = pool('maxpool2', value, 3);
    stages.forEach((stage, i) => {
      for (const [name, widths] of Object.entries(stage)) value = inception(layers, name, value, widths);
      features.push(value);
      if (i < 2) value = pool(`maxpool${i + 3}`, value, i === 0 ? 3 : 2);
    });
    const pooled = layers.dropout('dropout', layers.globalAveragePool('avgpool', value), 0.2);
    layers.dense('fc', pooled, options.classes);
    return layers.network('fc', features);
  },
};
