import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';

const growth = 32;
const counts = [6, 12, 24, 16];

/** 1x1 to 4 growth, 3x3 to growth; the result is joined to everything before it. */
function denseLayer(layers: LayerWriter, name: string, input: string, output: string): string {
  const active = (i: number, value: string) =>
    layers.relu(`${name}.relu${i}`, layers.batchNormalization(`${name}.norm${i}`, value));
  const narrow = layers.convolution(`${name}.conv1`, active(1, input), { channels: 4 * growth, kernel: 1 });
  const added = layers.convolution(`${name}.conv2`, active(2, narrow), { channels: growth, kernel: 3, padding: 1 });
  return layers.concat(output, [input, added]);
}

function transition(layers: LayerWriter, name: string, input: string): string {
  const active = layers.relu(`${name}.relu`, layers.batchNormalization(`${name}.norm`, input));
  const half = layers.convolution(`${name}.conv`, active, { channels: layers.channelsOf(input) / 2, kernel: 1 });
  return layers.averagePool(name, half, { kernel: 2, stride: 2 });
}

/** Huang et al.: Densely connected convolutional networks, 2016. Names and counts as torchvision's. */
export const densenet121: Architecture = {
  id: 'densenet121',
  title: 'DenseNet-121',
  description: 'Every layer sees all before it: few weights, much work; the usual network for chest films.',
  minimumSize: 32,
  build(options) {
    const layers = new LayerWriter('densenet121', 64, options);
    const stem = layers.convolution('features.conv0', 'image', { channels: 64, kernel: 7, stride: 2, padding: 3 });
    let value = layers.relu('features.relu0', layers.batchNormalization('features.norm0', stem));
    value = layers.maxPool('features.pool0', value, { kernel: 3, stride: 2, padding: 1 });
    const features = [value];
    counts.forEach((count, i) => {
      const block = `features.denseblock${i + 1}`;
      for (let j = 1; j <= count; j++) {
        value = denseLayer(layers, `${block}.denselayer${j}`, value, j === count ? block : `${block}.joined${j}`);
      }
      if (i === counts.length - 1) return;
      value = transition(layers, `features.transition${i + 1}`, value);
      features.push(value);
    });
    value = layers.relu('features.relu5', layers.batchNormalization('features.norm5', value));
    layers.dense('classifier', layers.globalAveragePool('avgpool', value), options.classes);
    return layers.network('classifier', [...features, value]);
  },
};
