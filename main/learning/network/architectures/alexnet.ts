import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';

const convolutions = [
  { index: 0, channels: 64, kernel: 11, stride: 4, padding: 2, pooledAt: 2 },
  { index: 3, channels: 192, kernel: 5, padding: 2, pooledAt: 5 },
  { index: 6, channels: 384, kernel: 3, padding: 1 },
  { index: 8, channels: 256, kernel: 3, padding: 1 },
  { index: 10, channels: 256, kernel: 3, padding: 1, pooledAt: 12 },
];

/**
 * Krizhevsky: One weird trick for parallelizing convolutional neural networks, 2014 (one column of the network of 2012).
 * Names and counts as torchvision's.
 */
export const alexnet: Architecture = {
  id: 'alexnet',
  title: 'AlexNet',
  description: 'Five convolutions and three large dense layers: the network that began it, quick but heavy.',
  minimumSize: 63,
  build(options) {
    const layers = new LayerWriter('alexnet', 224, options);
    let value = 'image';
    const features: string[] = [];
    for (const { index, pooledAt, ...shape } of convolutions) {
      value = layers.convolution(`features.${index}`, value, { ...shape, bias: true, start: 'uniform' });
      value = layers.relu(`features.${index + 1}`, value);
      if (pooledAt !== undefined) value = layers.maxPool(`features.${pooledAt}`, value, { kernel: 3, stride: 2 });
      if (pooledAt !== undefined || index === 8) features.push(value);
    }
    value = layers.flatten('avgpool.flat', layers.adaptiveAveragePool('avgpool', value, 6));
    for (const index of [1, 4]) {
      value = layers.dense(`classifier.${index}`, layers.dropout(`classifier.${index - 1}`, value, 0.5), 4096);
      value = layers.relu(`classifier.${index + 1}`, value);
    }
    layers.dense('classifier.6', value, options.classes);
    return layers.network('classifier.6', features);
  },
};
