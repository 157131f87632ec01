import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';
import { normalised } from './blocks.ts';

/** Times the channels are expanded, channels out, blocks, stride of the first. */
const settings = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

interface Shape {
  readonly expansion: number;
  readonly channels: number;
  readonly stride: number;
}

const parts = ['0', '1'] as const;

/** Widen, filter each channel by itself, narrow without an activation; a way around where nothing changes. */
function invertedResidual(layers: LayerWriter, name: string, input: string, shape: Shape): string {
  const { expansion, channels, stride } = shape;
  const before = layers.channelsOf(input);
  const hidden = before * expansion;
  let value = input;
  let index = 0;
  if (expansion > 1) {
    const widening = { channels: hidden, kernel: 1, activation: 'relu6', parts } as const;
    value = normalised(layers, `${name}.conv.${index++}`, value, widening);
  }
  const filtering = {
    channels: hidden,
    kernel: 3,
    stride,
    padding: 1,
    group: hidden,
    activation: 'relu6',
    parts,
  } as const;
  value = normalised(layers, `${name}.conv.${index++}`, value, filtering);
  const narrow = [String(index), String(index + 1)] as const;
  value = normalised(layers, `${name}.conv`, value, { channels, kernel: 1, parts: narrow });
  return stride === 1 && before === channels ? layers.add(name, input, value) : value;
}

/** Sandler et al.: MobileNetV2: inverted residuals and linear bottlenecks, 2018. Names and counts as torchvision's. */
export const mobilenetV2: Architecture = {
  id: 'mobilenet-v2',
  title: 'MobileNetV2',
  description: 'Few weights and little work through channel-wise filters: for machines without a GPU.',
  minimumSize: 32,
  build(options) {
    const layers = new LayerWriter('mobilenet-v2', 64, options);
    const stem = { channels: 32, kernel: 3, stride: 2, padding: 1, activation: 'relu6', parts } as const;
    let value = normalised(layers, 'features.0', 'image', stem);
    const features: string[] = [];
    let index = 1;
    for (const [expansion, channels, count, stride] of settings) {
      if (stride === 2) features.push(value);
      for (let i = 0; i < count; i++) {
        const shape = { expansion, channels, stride: i === 0 ? stride : 1 };
        value = invertedResidual(layers, `features.${index++}`, value, shape);
      }
    }
    value = normalised(layers, 'features.18', value, { channels: 1280, kernel: 1, activation: 'relu6', parts });
    const flat = layers.dropout('classifier.0', layers.globalAveragePool('avgpool', value), 0.2);
    layers.dense('classifier.1', flat, options.classes, { deviation: 0.01 });
    return layers.network('classifier.1', [...features, value]);
  },
};
