import { describe, expect, test } from 'vitest';
import { ArchitectureId } from '../../../main/contract/training.ts';
import {
  architectureCost,
  architectureOf,
  architectures,
} from '../../../main/learning/network/architectures/registry.ts';
import { costEstimate, shareAfter } from '../../../main/learning/network/costEstimate.ts';
import { tailNetwork } from '../../../main/learning/network/inference.ts';
import { inferShapes } from '../../../main/learning/network/inferShapes.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { parameterCount, trainableAfter } from '../../../main/learning/network/network.ts';
import { prune } from '../../../main/learning/network/prune.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';
import { randomArray } from './gradientCheck.ts';

describe('architectures', () => {
  test('ResNet-18 has the parameters and the work of torchvision.models.resnet18', () => {
    const network = architectureOf('resnet18').build({ channels: 3, classes: 1000, seed: 1, isBlank: true });
    expect(parameterCount(network)).toBe(11_689_512);
    expect(costEstimate(network, [3, 224, 224]).multiplyAdds).toBe(1_814_073_344);
    expect(network.parameters[0]).toBe('conv1.weight');
    const shapes = inferShapes(network.graph, { image: [2, 3, 97, 130] });
    expect(network.featureLayers.map((name) => shapes.get(name)?.shape)).toEqual([
      [2, 64, 25, 33],
      [2, 64, 25, 33],
      [2, 128, 13, 17],
      [2, 256, 7, 9],
      [2, 512, 4, 5],
    ]);
  });

  // As torchvision counts them, 3 channels and 1000 classes; GoogLeNet and Inception v3 without auxiliary classifiers.
  const published: Readonly<Record<string, number>> = {
    alexnet: 61_100_840,
    vgg11: 132_863_336,
    'vgg11-bn': 132_868_840,
    vgg16: 138_357_544,
    'vgg16-bn': 138_365_992,
    googlenet: 6_624_904,
    'inception-v3': 23_834_568,
    resnet18: 11_689_512,
    resnet34: 21_797_672,
    resnet50: 25_557_032,
    densenet121: 7_978_856,
    'mobilenet-v2': 3_504_872,
    'mobilenet-v3-small': 2_542_856,
    'mobilenet-v3-large': 5_483_032,
    'efficientnet-b0': 5_288_548,
    'convnext-tiny': 28_589_128,
  };

  test('have the parameters of torchvision', () => {
    const others = architectures.filter(({ id }) => id !== 'small-cnn');
    const counts = others.map(({ id }) => [id, architectureCost(id, [3, 224, 224], { classes: 1000 }).parameters]);
    expect(Object.fromEntries(counts)).toEqual(published);
  });

  test('are those that the contract names', () => {
    expect(architectures.map((architecture) => architecture.id)).toEqual(ArchitectureId.options);
  });

  test.each(architectures.map((architecture) => architecture.id))(
    '%s: freeze points, other heads, smallest size',
    (id) => {
      const architecture = architectureOf(id);
      const network = architecture.build({ channels: 1, classes: 2, seed: 1, isBlank: true });
      const size = architecture.minimumSize;
      expect(inferShapes(network.graph, { image: [1, 1, size, size] }).get(network.logits)?.shape).toEqual([1, 2]);
      const last = network.featureLayers.at(-1) ?? '';
      expect(trainableAfter(network, 'all')).toEqual(network.parameters);
      // AlexNet, VGG and MobileNetV3 have more than one dense layer after the last feature map.
      expect(trainableAfter(network, last)).toEqual(expect.arrayContaining([...network.head]));
      expect(network.parameters.slice(-2)).toEqual(network.head);
      expect(network.featureLayers.length).toBeGreaterThan(3);
      const shapes = inferShapes(network.graph, { image: [2, 1, 97, 130] });
      for (const layer of network.featureLayers) expect(shapes.get(layer)?.shape.length).toBe(4);
      expect(shapes.get(network.logits)?.shape).toEqual([2, 2]);
      expect(trainableAfter(network, 'head')).toEqual(network.head);
      expect(trainableAfter(network, network.featureLayers[0] ?? '').length).toBeGreaterThan(2);
      expect(() => trainableAfter(network, 'nothing')).toThrowError(expect.objectContaining({ code: 'not-found' }));
      const isDeepHead = trainableAfter(network, last).length > 2 && !id.startsWith('convnext');
      if (!isDeepHead) expect(shareAfter(network, last, [1, 128, 128])).toBeLessThan(0.01);
      const other = replaceHead(network, 5, 2);
      expect(other.classes).toBe(5);
      expect(other.graph.initializers.get(network.head[0] ?? '')?.shape[0]).toBe(5);
      const first = network.parameters[0] ?? '';
      expect(other.graph.initializers.get(first)).toBe(network.graph.initializers.get(first));
    },
  );

  test('the seed decides the weights', () => {
    const weights = (seed: number) =>
      architectureOf('small-cnn').build({ channels: 1, classes: 2, seed }).graph.initializers.get('block2.conv.weight')
        ?.data;
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
    const values = Array.from(weights(1) ?? [], Number);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance).toBeCloseTo(2 / (32 * 9), 3);
  });

  test.each([
    ['alexnet', 70, 6],
    ['vgg11', 97, 7],
  ] as const)('%s averages any image over a fixed grid', (id, rows, size) => {
    const network = architectureOf(id).build({ channels: 1, classes: 2, seed: 1, isBlank: true });
    const pooled = prune({ ...network.graph, outputs: [{ name: 'avgpool', type: 'float32', shape: undefined }] });
    const layer = network.featureLayers.at(-1) ?? '';
    const tail = tailNetwork({ ...network, graph: pooled }, layer, [1, rows, 130]).graph;
    const shape = inferShapes(network.graph, { image: [1, 1, rows, 130] }).get(layer)?.shape ?? [];
    const values = randomArray(shape, 3);
    const [, channels = 1, high = 1, wide = 1] = shape;
    const result = interpret(tail, { [layer]: values }, ['avgpool']).avgpool;
    expect(result?.shape).toEqual([1, channels, size, size]);
    const window = (i: number, extent: number) => [
      Math.floor((i * extent) / size),
      Math.ceil(((i + 1) * extent) / size),
    ];
    for (const [channel, r, c] of [
      [0, 0, 0],
      [3, size - 1, 2],
      [channels - 1, 3, size - 1],
    ] as const) {
      const [top = 0, bottom = 0] = window(r, high);
      const [left = 0, right = 0] = window(c, wide);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++)
          sum += values.data[(channel * high + row) * wide + column] ?? 0;
      const mean = sum / ((bottom - top) * (right - left));
      expect(result?.data[(channel * size + r) * size + c]).toBeCloseTo(mean, 6);
    }
  });
});
