import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';

const stages = [
  [96, 3],
  [192, 3],
  [384, 9],
  [768, 3],
] as const;

const start = { deviation: 0.02 };
const epsilon = 1e-6;
const channelsLast = [0, 2, 3, 1];
const channelsFirst = [0, 3, 1, 2];

/** Over the channels of each pixel. */
function normalisation(layers: LayerWriter, name: string, input: string): string {
  const last = layers.transpose(`${name}.last`, input, channelsLast);
  return layers.transpose(`${name}.first`, layers.layerNormalization(name, last, epsilon), channelsFirst);
}

/** 7x7 on each channel, then two dense layers at each pixel. */
function block(layers: LayerWriter, name: string, input: string, output: string): string {
  const channels = layers.channelsOf(input);
  const filter = { channels, kernel: 7, padding: 3, group: channels, bias: true, start };
  const filtered = layers.convolution(`${name}.block.0`, input, filter);
  const pixels = layers.transpose(`${name}.block.1`, filtered, channelsLast);
  const even = layers.layerNormalization(`${name}.block.2`, pixels, epsilon);
  const wide = layers.denseAlongLast(`${name}.block.3`, even, 4 * channels, start);
  const active = layers.activation(`${name}.block.4`, wide, 'gelu');
  const narrow = layers.denseAlongLast(`${name}.block.5`, active, channels, start);
  const image = layers.transpose(`${name}.block.6`, narrow, channelsFirst);
  return layers.add(output, input, layers.channelScale(`${name}.scaled`, image, `${name}.layer_scale`, epsilon));
}

/**
 * Liu et al.: A ConvNet for the 2020s, 2022. Names and counts as torchvision's, but the two dense weights of a block are
 * [inputs, outputs] (MatMul) and whole blocks are not dropped in training (stochastic depth).
 */
export const convnextTiny: Architecture = {
  id: 'convnext-tiny',
  title: 'ConvNeXt tiny',
  description: 'A convolutional network built like a transformer: strong when pretrained, slow to learn from scratch.',
  minimumSize: 32,
  build(options) {
    const layers = new LayerWriter('convnext-tiny', 64, options);
    let value = 'image';
    const features = stages.map(([channels, count], stage) => {
      const name = `features.${2 * stage}`;
      const shape = { channels, kernel: stage === 0 ? 4 : 2, stride: stage === 0 ? 4 : 2, bias: true, start };
      // The stem normalises after its convolution, the others before.
      value =
        stage === 0
          ? normalisation(layers, `${name}.1`, layers.convolution(`${name}.0`, value, shape))
          : layers.convolution(`${name}.1`, normalisation(layers, `${name}.0`, value), shape);
      const body = `features.${2 * stage + 1}`;
      for (let i = 0; i < count; i++)
        value = block(layers, `${body}.${i}`, value, i === count - 1 ? body : `${body}.${i}`);
      return value;
    });
    const flat = layers.layerNormalization('classifier.0', layers.globalAveragePool('avgpool', value), epsilon);
    layers.dense('classifier.2', flat, options.classes, start);
    return layers.network('classifier.2', features);
  },
};
