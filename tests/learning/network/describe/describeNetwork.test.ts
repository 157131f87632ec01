import { describe, expect, test } from 'vitest';
import { architectureOf, architectures } from '../../../../main/learning/network/architectures/registry.ts';
import { describeArchitecture } from '../../../../main/learning/network/describe/describeArchitecture.ts';
import { describeNetwork } from '../../../../main/learning/network/describe/describeNetwork.ts';
import { ints } from '../../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../../main/learning/network/graphBuilder.ts';
import { importNetwork } from '../../../../main/learning/network/importNetwork.ts';
import { encode } from '../../../../main/learning/network/onnx/encode.ts';
import { float32 } from '../../../../main/learning/network/tensor.ts';

const input = { size: 224, channels: 3, classes: 1000, batchSize: 16 } as const;

describe('the inside of a network', () => {
  test('ResNet-18: the sizes, counts and fields of the paper', () => {
    const { stages, parameters, multiplyAdds } = describeArchitecture('resnet18', input);
    // torchvision: 11,689,512 parameters, 1.814 G multiply-adds at 224 px.
    expect(parameters).toBe(11_689_512);
    expect(multiplyAdds / 1e9).toBeCloseTo(1.814, 3);
    expect(stages.map(({ layer, shape }) => [layer, ...shape])).toEqual([
      ['maxpool', 64, 56, 56],
      ['layer1', 64, 56, 56],
      ['layer2', 128, 28, 28],
      ['layer3', 256, 14, 14],
      ['layer4', 512, 7, 7],
      [undefined, 1000],
    ]);
    // Araujo et al., Computing receptive fields of convolutional neural networks, 2019: 11, 43, 99, 211, 435.
    expect(stages.map(({ receptiveField }) => receptiveField)).toEqual([11, 43, 99, 211, undefined, undefined]);
  });

  test.each(architectures.map(({ id }) => id))('%s: stages and layers add up to the whole', (id) => {
    const { stages, parameters, multiplyAdds } = describeArchitecture(id, { ...input, size: 128, channels: 1 });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(stages.map((stage) => stage.parameters))).toBe(parameters);
    expect(sum(stages.map((stage) => stage.multiplyAdds))).toBe(multiplyAdds);
    for (const stage of stages) {
      expect(sum(stage.layers.map((layer) => layer.parameters))).toBe(stage.parameters);
      expect(stage.layers.at(-1)?.shape).toEqual(stage.shape);
      stage.layers.forEach(({ inputs }, place) => {
        expect(inputs.every((from) => from >= -1 && from < place)).toBe(true);
        expect(inputs.length).toBeGreaterThan(0);
      });
    }
  });

  test('says a block of a residual network in words, with the way around it', () => {
    const layers = describeArchitecture('resnet18', input).stages[2]?.layers ?? [];
    expect(layers.slice(0, 4).map(({ title, inputs }) => `${inputs.join()} ${title}`)).toEqual([
      '-1 3 × 3 convolution, 128 channels, step 2, normalised, ReLU',
      '0 3 × 3 convolution, 128 channels, normalised',
      '-1 1 × 1 convolution, 128 channels, step 2, normalised',
      '1,2 sum, ReLU',
    ]);
  });

  test('names the gates of EfficientNet and the activation of ConvNeXt', () => {
    const titles = (id: string) =>
      describeArchitecture(id, input).stages.flatMap(({ layers }) => layers.map(({ title }) => title));
    expect(titles('efficientnet-b0')[0]).toMatch(/normalised, SiLU$/);
    expect(titles('convnext-tiny').some((title) => /dense layer, 384 values, GELU/.test(title))).toBe(true);
  });

  test('refuses images that are too small, with the least size', () => {
    expect(() => describeArchitecture('alexnet', { ...input, size: 32 })).toThrow(/at least 63 pixels/);
    expect(architectureOf('alexnet').minimumSize).toBe(63);
  });

  test('an imported network without a name is described, too', () => {
    const builder = new GraphBuilder('stranger');
    builder.input('in', 'float32', [1, 1, 16, 16]);
    const weights = builder.initializer('w', float32([4, 1, 3, 3], new Float32Array(36).fill(0.1)));
    const map = builder.op('Conv', ['in', weights], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) });
    const flat = builder.op('Flatten', [builder.op('GlobalAveragePool', [builder.op('Relu', [map])])]);
    const dense = builder.initializer('d', float32([4, 2], new Float32Array(8).fill(0.5)));
    const network = importNetwork(encode(builder.build({ out: builder.op('MatMul', [flat, dense]) })));
    const { stages, parameters } = describeNetwork(network, [1, 16, 16], {
      title: 'x',
      description: 'y',
      batchSize: 1,
    });
    expect(parameters).toBe(44);
    expect(stages[0]).toMatchObject({ shape: [4, 16, 16], receptiveField: 3, multiplyAdds: 9 * 4 * 256 });
    expect(stages.at(-1)).toMatchObject({ title: 'Head: the answer', shape: [2] });
  });
});
