import { describe, expect, test } from 'vitest';
import { architectureOf, architectures } from '../../../main/learning/network/architectures/registry.ts';
import { costEstimate, shareAfter } from '../../../main/learning/network/costEstimate.ts';
import { inferShapes } from '../../../main/learning/network/inferShapes.ts';
import { parameterCount, trainableAfter } from '../../../main/learning/network/network.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';

describe('architectures', () => {
  test('ResNet-18 has the parameters and the work of torchvision.models.resnet18', () => {
    const network = architectureOf('resnet18').build({ channels: 3, classes: 1000, seed: 1 });
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

  test.each(architectures.map((architecture) => architecture.id))(
    '%s: freeze points, other heads, smallest size',
    (id) => {
      const architecture = architectureOf(id);
      const network = architecture.build({ channels: 1, classes: 2, seed: 1 });
      const size = architecture.minimumSize;
      expect(inferShapes(network.graph, { image: [1, 1, size, size] }).get(network.logits)?.shape).toEqual([1, 2]);
      const last = network.featureLayers.at(-1) ?? '';
      expect(trainableAfter(network, 'all')).toEqual(network.parameters);
      expect(trainableAfter(network, last)).toEqual(network.head);
      expect(trainableAfter(network, 'head')).toEqual(network.head);
      expect(trainableAfter(network, network.featureLayers[0] ?? '').length).toBeGreaterThan(2);
      expect(() => trainableAfter(network, 'nothing')).toThrowError(expect.objectContaining({ code: 'not-found' }));
      expect(shareAfter(network, last, [1, 64, 64])).toBeLessThan(0.01);
      const other = replaceHead(network, 5, 2);
      expect(other.classes).toBe(5);
      expect(other.graph.initializers.get('fc.weight')?.shape[0]).toBe(5);
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
});
