import { LayerWriter } from '../layerWriter.ts';
import type { Architecture, ArchitectureOptions } from './architecture.ts';

/** Channels of the convolutions of each stage; a pooling follows each stage. */
const stages = {
  vgg11: [[64], [128], [256, 256], [512, 512], [512, 512]],
  vgg16: [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ],
};

/** Simonyan and Zisserman: Very deep convolutional networks, 2014. Names and counts as torchvision's. */
function build(
  id: string,
  widths: readonly (readonly number[])[],
  isNormalised: boolean,
  options: ArchitectureOptions,
) {
  const layers = new LayerWriter(id, 224, options);
  let value = 'image';
  let index = 0;
  const next = () => `features.${index++}`;
  const features = widths.map((stage) => {
    for (const channels of stage) {
      value = layers.convolution(next(), value, { channels, kernel: 3, padding: 1, bias: true });
      if (isNormalised) value = layers.batchNormalization(next(), value);
      value = layers.relu(next(), value);
    }
    value = layers.maxPool(next(), value, { kernel: 2, stride: 2 });
    return value;
  });
  const start = { deviation: 0.01 };
  value = layers.flatten('avgpool.flat', layers.adaptiveAveragePool('avgpool', value, 7));
  for (const i of [0, 3]) {
    value = layers.relu(`classifier.${i + 1}`, layers.dense(`classifier.${i}`, value, 4096, start));
    value = layers.dropout(`classifier.${i + 2}`, value, 0.5);
  }
  layers.dense('classifier.6', value, options.classes, start);
  return layers.network('classifier.6', features);
}

function vgg(depth: 'vgg11' | 'vgg16', isNormalised: boolean): Architecture {
  const layers = depth.slice(3);
  return {
    id: isNormalised ? `${depth}-bn` : depth,
    title: isNormalised ? `VGG-${layers} with batch normalisation` : `VGG-${layers}`,
    description: isNormalised
      ? `Plain 3x3 convolutions, ${layers} layers, normalised: slow and heavy, but learns from scratch.`
      : `Plain 3x3 convolutions, ${layers} layers: slow and heavy; fine-tune it, it hardly learns from scratch.`,
    minimumSize: 32,
    build: (options) => build(isNormalised ? `${depth}-bn` : depth, stages[depth], isNormalised, options),
  };
}

export const vgg11 = vgg('vgg11', false);
export const vgg11Normalised = vgg('vgg11', true);
export const vgg16 = vgg('vgg16', false);
export const vgg16Normalised = vgg('vgg16', true);
