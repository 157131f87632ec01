import { LayerWriter } from '../layerWriter.ts';
import type { Architecture, ArchitectureOptions } from './architecture.ts';

interface BlockShape {
  /** Channels inside the block. */
  readonly channels: number;
  readonly stride: number;
  /** A 1x1 convolution on the way around, where the shape changes. */
  readonly changes: boolean;
  readonly output: string;
}

type Block = (layers: LayerWriter, name: string, input: string, shape: BlockShape) => string;

function around(layers: LayerWriter, name: string, input: string, channels: number, shape: BlockShape): string {
  if (!shape.changes) return input;
  const convolved = layers.convolution(`${name}.downsample.0`, input, { channels, kernel: 1, stride: shape.stride });
  return layers.batchNormalization(`${name}.downsample.1`, convolved);
}

/** Two 3x3 convolutions and a way around them. */
const basic: Block = (layers, name, input, shape) => {
  const { channels, stride, output } = shape;
  const first = layers.convolution(`${name}.conv1`, input, { channels, kernel: 3, stride, padding: 1 });
  const inner = layers.relu(`${name}.relu1`, layers.batchNormalization(`${name}.bn1`, first));
  const second = layers.convolution(`${name}.conv2`, inner, { channels, kernel: 3, padding: 1 });
  const outer = layers.batchNormalization(`${name}.bn2`, second);
  return layers.relu(output, layers.add(`${name}.sum`, outer, around(layers, name, input, channels, shape)));
};

/** 1x1 to few channels, 3x3 (which strides, as torchvision has it), 1x1 to four times as many. */
const bottleneck: Block = (layers, name, input, shape) => {
  const { channels, stride, output } = shape;
  const narrow = layers.convolution(`${name}.conv1`, input, { channels, kernel: 1 });
  const first = layers.relu(`${name}.relu1`, layers.batchNormalization(`${name}.bn1`, narrow));
  const middle = layers.convolution(`${name}.conv2`, first, { channels, kernel: 3, stride, padding: 1 });
  const second = layers.relu(`${name}.relu2`, layers.batchNormalization(`${name}.bn2`, middle));
  const wide = layers.convolution(`${name}.conv3`, second, { channels: 4 * channels, kernel: 1 });
  const outer = layers.batchNormalization(`${name}.bn3`, wide);
  return layers.relu(output, layers.add(`${name}.sum`, outer, around(layers, name, input, 4 * channels, shape)));
};

interface Depth {
  readonly block: Block;
  readonly counts: readonly number[];
}

/** He, Zhang, Ren and Sun: Deep residual learning for image recognition, 2015. Names and counts as torchvision's. */
function build(id: string, { block, counts }: Depth, options: ArchitectureOptions) {
  const layers = new LayerWriter(id, 64, options);
  const stem = layers.convolution('conv1', 'image', { channels: 64, kernel: 7, stride: 2, padding: 3 });
  let value = layers.relu('relu', layers.batchNormalization('bn1', stem));
  value = layers.maxPool('maxpool', value, { kernel: 3, stride: 2, padding: 1 });
  const stages = counts.map((count, stage) => {
    for (let i = 0; i < count; i++) {
      const isFirst = i === 0;
      value = block(layers, `layer${stage + 1}.${i}`, value, {
        channels: 64 * 2 ** stage,
        stride: isFirst && stage > 0 ? 2 : 1,
        changes: isFirst && (stage > 0 || block === bottleneck),
        output: i === count - 1 ? `layer${stage + 1}` : `layer${stage + 1}.${i}`,
      });
    }
    return value;
  });
  layers.dense('fc', layers.globalAveragePool('avgpool', value), options.classes);
  return layers.network('fc', ['maxpool', ...stages]);
}

export const resnet18: Architecture = {
  id: 'resnet18',
  title: 'ResNet-18',
  description: 'Residual network of 18 layers: the usual first choice, good from a few hundred images on.',
  minimumSize: 32,
  build: (options) => build('resnet18', { block: basic, counts: [2, 2, 2, 2] }, options),
};

export const resnet34: Architecture = {
  id: 'resnet34',
  title: 'ResNet-34',
  description: 'Residual network of 34 layers: twice the work of ResNet-18, for a few thousand images.',
  minimumSize: 32,
  build: (options) => build('resnet34', { block: basic, counts: [3, 4, 6, 3] }, options),
};

export const resnet50: Architecture = {
  id: 'resnet50',
  title: 'ResNet-50',
  description: 'Residual network of 50 layers with narrow middles: what most published radiology models start from.',
  minimumSize: 32,
  build: (options) => build('resnet50', { block: bottleneck, counts: [3, 4, 6, 3] }, options),
};
