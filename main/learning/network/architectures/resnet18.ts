import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';

/** Two 3x3 convolutions and a way around them; a 1x1 convolution where the shape changes. */
function basicBlock(
  layers: LayerWriter,
  name: string,
  input: string,
  { channels, stride, changes, output }: { channels: number; stride: number; changes: boolean; output: string },
): string {
  const first = layers.convolution(`${name}.conv1`, input, { channels, kernel: 3, stride, padding: 1 });
  const inner = layers.relu(`${name}.relu1`, layers.batchNormalization(`${name}.bn1`, first));
  const second = layers.convolution(`${name}.conv2`, inner, { channels, kernel: 3, padding: 1 });
  const outer = layers.batchNormalization(`${name}.bn2`, second);
  const around = changes
    ? layers.batchNormalization(
        `${name}.downsample.1`,
        layers.convolution(`${name}.downsample.0`, input, { channels, kernel: 1, stride }),
      )
    : input;
  return layers.relu(output, layers.add(`${name}.sum`, outer, around));
}

/** He, Zhang, Ren and Sun: Deep residual learning for image recognition, 2015. Names and counts as torchvision's. */
export const resnet18: Architecture = {
  id: 'resnet18',
  title: 'ResNet-18',
  description: 'Residual network of 18 layers: the usual first choice, good from a few hundred images on.',
  minimumSize: 32,
  build({ channels, classes, seed }) {
    const layers = new LayerWriter('resnet18', channels, 64, seed);
    const stem = layers.convolution('conv1', 'image', { channels: 64, kernel: 7, stride: 2, padding: 3 });
    let value = layers.relu('relu', layers.batchNormalization('bn1', stem));
    value = layers.maxPool('maxpool', value, { kernel: 3, stride: 2, padding: 1 });
    const stages: string[] = [];
    [64, 128, 256, 512].forEach((width, stage) => {
      const name = `layer${stage + 1}`;
      value = basicBlock(layers, `${name}.0`, value, {
        channels: width,
        stride: stage === 0 ? 1 : 2,
        changes: stage > 0,
        output: `${name}.0`,
      });
      value = basicBlock(layers, `${name}.1`, value, { channels: width, stride: 1, changes: false, output: name });
      stages.push(value);
    });
    layers.dense('fc', layers.globalAveragePool('avgpool', value), classes);
    return layers.network('resnet18', 'fc', ['maxpool', ...stages]);
  },
};
