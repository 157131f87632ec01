import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';

const widths = [16, 32, 64, 128];

/** Four blocks of convolution, batch normalisation, rectifier and pooling; global average; one dense layer. */
export const smallCnn: Architecture = {
  id: 'small-cnn',
  title: 'Small CNN',
  description: 'Four plain convolution blocks, about 100,000 weights: trains in minutes on a laptop.',
  minimumSize: 16,
  build(options) {
    const layers = new LayerWriter('small-cnn', 32, options);
    let value = 'image';
    const blocks = widths.map((width, i) => {
      const name = `block${i + 1}`;
      value = layers.convolution(`${name}.conv`, value, { channels: width, kernel: 3, padding: 1 });
      value = layers.relu(`${name}.relu`, layers.batchNormalization(`${name}.bn`, value));
      value = layers.maxPool(name, value, { kernel: 2, stride: 2 });
      return value;
    });
    layers.dense('fc', layers.globalAveragePool('avgpool', value), options.classes);
    return layers.network('fc', blocks);
  },
};
