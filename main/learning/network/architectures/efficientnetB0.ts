import { LayerWriter } from '../layerWriter.ts';
import type { Architecture } from './architecture.ts';
import type { NormalisedShape } from './blocks.ts';
import { normalised, squeezeExcitation } from './blocks.ts';

/** Times the channels are expanded, kernel, stride of the first, channels out, blocks. */
const stages = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

const unit = (layers: LayerWriter, name: string, input: string, shape: NormalisedShape) =>
  normalised(layers, name, input, { ...shape, parts: ['0', '1'] });

interface Shape {
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
  readonly channels: number;
}

function block(layers: LayerWriter, name: string, input: string, shape: Shape): string {
  const { expansion, kernel, stride, channels } = shape;
  const before = layers.channelsOf(input);
  const hidden = before * expansion;
  let index = 0;
  const next = () => `${name}.block.${index++}`;
  let value = input;
  if (expansion > 1) value = unit(layers, next(), value, { channels: hidden, kernel: 1, activation: 'silu' });
  const filter = { channels: hidden, kernel, stride, padding: (kernel - 1) / 2, group: hidden };
  value = unit(layers, next(), value, { ...filter, activation: 'silu' });
  const squeezed = { channels: Math.max(1, Math.floor(before / 4)), activation: 'silu', gate: 'sigmoid' } as const;
  value = squeezeExcitation(layers, next(), value, squeezed);
  value = unit(layers, next(), value, { channels, kernel: 1 });
  return stride === 1 && before === channels ? layers.add(name, input, value) : value;
}

/**
 * Tan and Le: EfficientNet, 2019. Names and counts as torchvision's; whole blocks are not dropped in training
 * (stochastic depth).
 */
export const efficientnetB0: Architecture = {
  id: 'efficientnet-b0',
  title: 'EfficientNet-B0',
  description: 'Depth, width and resolution in balance: much quality for few weights, slow for its size on a CPU.',
  minimumSize: 32,
  build(options) {
    const layers = new LayerWriter('efficientnet-b0', 64, options);
    const stem = { channels: 32, kernel: 3, stride: 2, padding: 1, activation: 'silu' } as const;
    let value = unit(layers, 'features.0', 'image', stem);
    const features: string[] = [];
    stages.forEach(([expansion, kernel, stride, channels, count], stage) => {
      if (stride === 2) features.push(value);
      for (let i = 0; i < count; i++) {
        const shape = { expansion, kernel, channels, stride: i === 0 ? stride : 1 };
        value = block(layers, `features.${stage + 1}.${i}`, value, shape);
      }
    });
    value = unit(layers, 'features.8', value, { channels: 1280, kernel: 1, activation: 'silu' });
    const flat = layers.dropout('classifier.0', layers.globalAveragePool('avgpool', value), 0.2);
    layers.dense('classifier.1', flat, options.classes);
    return layers.network('classifier.1', [...features, value]);
  },
};
