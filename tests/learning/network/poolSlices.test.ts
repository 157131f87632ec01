import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { SlicePooling } from '../../../main/contract/caseShape.ts';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { arrayFromTensor, type NdArray, ndArray } from '../../../main/learning/network/array64.ts';
import { differentiate, gradientName } from '../../../main/learning/network/differentiate.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { buildFeatures, buildInference, tailNetwork } from '../../../main/learning/network/inference.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import {
  decodeNetwork,
  encodeNetwork,
  type Network,
  parameterCount,
  trainableAfter,
  withState,
} from '../../../main/learning/network/network.ts';
import { poolSlices, sliceChannels, sliceWeights, withoutSlices } from '../../../main/learning/network/poolSlices.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';
import { float32, float32Data, type Tensor } from '../../../main/learning/network/tensor.ts';
import { checkGradients, distinctArray, maxAbs, randomArray } from './gradientCheck.ts';
import { formula } from './pytorchFixture.ts';

const [count, size] = [3, 16];

/** Global average pooling and nothing else: the features of a slice are the values of its one pixel. */
function bareNetwork(columns: number): Network {
  const builder = new GraphBuilder('bare');
  builder.input('image', 'float32', [1, columns, 1, 1]);
  const pooled = builder.op('GlobalAveragePool', ['image']);
  builder.append({
    opType: 'Flatten',
    domain: '',
    name: 'features',
    inputs: [pooled],
    outputs: ['features'],
    attributes: {},
  });
  const graph = builder.build({ features: 'features' });
  const inputs = graph.inputs.map((info) => ({ ...info, shape: ['batch', columns, 'rows', 'columns'] }));
  return {
    ...{ graph: { ...graph, inputs }, input: 'image', logits: 'features', scores: 'softmax', classes: columns },
    ...{ inputShape: [columns, undefined, undefined], parameters: [], featureLayers: [], head: [] },
  };
}

/** [slices][channels][pixels] and which there are, as the input of one case. */
function inputOf(slices: readonly (readonly (readonly number[])[])[], presence: readonly number[]): number[] {
  return slices.flatMap((channels, k) => [...channels.flat(), ...(channels[0] ?? []).map(() => presence[k] ?? 0)]);
}

/** Writes a network into a builder; its input and parameters are inputs of the builder, all else constants. */
function written(network: Network, output: string): (builder: GraphBuilder) => string {
  return (builder) => {
    for (const [name, tensor] of network.graph.initializers)
      if (!network.parameters.includes(name)) builder.initializer(name, tensor);
    for (const node of network.graph.nodes) builder.append(node);
    return output;
  };
}

const parametersOf = (
  network: Network,
  shape: (tensor: Tensor) => NdArray = arrayFromTensor,
): Record<string, NdArray> =>
  Object.fromEntries(
    network.parameters.map((name) => [name, shape(network.graph.initializers.get(name) ?? float32([], [0]))]),
  );

describe('pooling over slices', () => {
  test.each(SlicePooling.options)('%s: every gradient against central differences', (pooling) => {
    const few = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        few,
        few,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 1e6 }),
        (batch, columns, there, seed) => {
          const network = poolSlices(bareNetwork(columns), { count, pooling, seed }, [columns, 1, 1]);
          const values = distinctArray([batch * count * columns], seed).data;
          const rows = Array.from({ length: batch }, (_, i) => {
            // The first case has all slices, the others some.
            const presence = Array.from({ length: count }, (_, k) => (i === 0 || k < there ? 1 : 0));
            const slices = presence.map((_, k) =>
              Array.from({ length: columns }, (_, c) => [values[(i * count + k) * columns + c] ?? 0]),
            );
            return inputOf(slices, presence);
          });
          const slices = ndArray([batch, count * (columns + 1), 1, 1], rows.flat());
          // The marks are no weights: only what they stand beside is differentiated.
          checkGradients({ slices, ...parametersOf(network) }, written(network, network.logits), {
            names: network.parameters.length > 0 ? network.parameters : [],
          });
          const feature = gradientAtFeatures(network, slices);
          expect(feature.worst).toBeLessThan(1e-6);
        },
      ),
      { numRuns: pooling === 'attention' ? 2 : 8, seed: 20261120 },
    );
  });

  it('gives what gated attention gives in PyTorch, gradients too', () => {
    const file = path.resolve(import.meta.dirname, '../../fixtures/pytorch/attention.json');
    const fixture = JSON.parse(readFileSync(file, 'utf8'));
    const { batch, slices: many, columns, presence } = fixture;
    const plain = poolSlices(bareNetwork(columns), { count: many, pooling: 'attention', seed: 1 }, [columns, 1, 1]);
    const network = withState(
      plain,
      Object.fromEntries(
        plain.parameters.map((name) => {
          const { shape } = plain.graph.initializers.get(name) ?? { shape: [] };
          return [
            name,
            float32(
              shape,
              Float32Array.from(
                formula(
                  name,
                  shape.reduce((a, b) => a * b, 1),
                ),
              ),
            ),
          ];
        }),
      ),
    );
    const features = Float32Array.from(formula('features', batch * many * columns));
    const rows = Array.from({ length: batch }, (_, i) =>
      inputOf(
        Array.from({ length: many }, (_, k) =>
          Array.from({ length: columns }, (_, c) => [features[(i * many + k) * columns + c] ?? 0]),
        ),
        presence[i],
      ),
    );
    const direction = ndArray([batch, columns], [...Float32Array.from(formula('direction', batch * columns))]);
    const builder = new GraphBuilder('fixture');
    builder.input('slices', 'float32', [batch, many * (columns + 1), 1, 1]);
    builder.input('direction', 'float32', [batch, columns]);
    for (const [name, tensor] of network.graph.initializers) builder.initializer(name, tensor);
    for (const node of network.graph.nodes) builder.append(node);
    const product = builder.op('Mul', [network.logits, 'direction']);
    const graph = builder.build({ product, pooled: network.logits, weights: sliceWeights });
    const wanted = [...network.parameters, 'features'];
    const backward = differentiate(graph, { output: 'product', withRespectTo: wanted });
    const slices = ndArray([batch, many * (columns + 1), 1, 1], rows.flat());
    const found = interpret(backward, { slices, direction });
    const near = (name: string, expected: readonly number[]) => {
      const actual = found[name]?.data ?? [];
      expect(actual.length, name).toBe(expected.length);
      expect(maxAbs(expected.map((value, i) => value - Number(actual[i]))), name).toBeLessThan(1e-8);
    };
    near('weights', fixture.weights);
    near('pooled', fixture.pooled);
    for (const name of wanted) near(gradientName(name), fixture.gradients[name]);
  });
});

/** Central differences at the features themselves, which are values inside the graph. */
function gradientAtFeatures(network: Network, slices: NdArray): { worst: number } {
  const builder = new GraphBuilder('features');
  builder.input('slices', 'float32', slices.shape);
  for (const [name, tensor] of network.graph.initializers) builder.initializer(name, tensor);
  for (const node of network.graph.nodes) builder.append(node);
  const weights = randomArray(builder.typeOf(network.logits).shape, 99, 0.5, 1.5);
  builder.input('weights', 'float32', weights.shape);
  const loss = builder.op('Mul', [network.logits, 'weights']);
  const graph = builder.build({ loss });
  const features = network.slices?.features ?? '';
  const backward = differentiate(graph, { output: 'loss', withRespectTo: [features] });
  const exact = interpret(backward, { slices, weights })[gradientName(features)]?.data ?? [];
  const lossOf = (values: Float64Array) => {
    const products = interpret(graph, { slices: { ...slices, data: values }, weights }).loss;
    return Array.from(products?.data ?? []).reduce((sum, value) => sum + value, 0);
  };
  const [, channels = 0] = slices.shape;
  const each = channels / (network.slices?.count ?? 1);
  let worst = 0;
  let at = 0;
  // Of one pixel: the value of a channel is the feature.
  slices.data.forEach((value, i) => {
    if (i % each === each - 1) return;
    const moved = (offset: number) => {
      const data = slices.data.slice();
      data[i] = value + offset;
      return lossOf(data);
    };
    const step = 1e-3;
    const numeric = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
    worst = Math.max(worst, Math.abs(numeric - Number(exact[at])));
    at += 1;
  });
  return { worst };
}

describe('a network of several slices', () => {
  const shape = [1, size, size] as const;
  const plain = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 4 });
  const picture = (seed: number) => randomArray([size * size], seed).data;
  const pictures = [1, 2, 3].map(picture);

  const caseOf = (presence: readonly number[], of: readonly ArrayLike<number>[] = pictures) =>
    float32(
      [1, count * 2, size, size],
      Float32Array.from(
        presence.flatMap((there, k) => [...Array.from(of[k] ?? []), ...new Array(size * size).fill(there)]),
      ),
    );

  const run = async (network: Network, input: Tensor) => {
    const program = await compile(buildInference(network), { device: 'cpu', threads: 1 });
    const outputs = await program.run({ [network.input]: input });
    await program.dispose();
    return { logits: [...float32Data(outputs.logits)], weights: [...float32Data(outputs[sliceWeights])] };
  };

  const featuresOf = async (values: ArrayLike<number>) => {
    const head = plain.graph.nodes.at(-1)?.inputs[0] ?? '';
    const graph = { ...plain.graph, outputs: [{ name: head, type: 'float32' as const, shape: undefined }] };
    const program = await compile(graph, { device: 'cpu', threads: 1 });
    const outputs = await program.run({ image: float32([1, 1, size, size], Float32Array.from(values)) });
    await program.dispose();
    return [...float32Data(outputs[head])];
  };

  it('pools by hand what one picture gives; absent slices count nothing, whatever stands there', async () => {
    const features = await Promise.all(pictures.map(featuresOf));
    const weight = float32Data(plain.graph.initializers.get('fc.weight'));
    const bias = float32Data(plain.graph.initializers.get('fc.bias'));
    const answer = (pooled: readonly number[]) =>
      [0, 1].map((k) =>
        pooled.reduce((sum, value, c) => sum + value * (weight[k * pooled.length + c] ?? 0), bias[k] ?? 0),
      );
    const over = (there: readonly number[], fold: (values: readonly number[]) => number) =>
      (features[0] ?? []).map((_, c) => fold(there.map((k) => features[k]?.[c] ?? 0)));
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4));
    for (const pooling of ['mean', 'max'] as const) {
      const network = poolSlices(plain, { count, pooling, seed: 1 }, shape);
      const fold = pooling === 'mean' ? mean : (values: readonly number[]) => Math.max(...values);
      expect((await run(network, caseOf([1, 1, 1]))).logits).toEqual(close(answer(over([0, 1, 2], fold))));
      expect((await run(network, caseOf([1, 1, 0]))).logits).toEqual(close(answer(over([0, 1], fold))));
    }
    for (const pooling of SlicePooling.options) {
      const network = poolSlices(plain, { count, pooling, seed: 1 }, shape);
      const some = await run(network, caseOf([1, 1, 0]));
      const others = await run(network, caseOf([1, 1, 0], [...pictures.slice(0, 2), picture(77)]));
      expect(others).toEqual(some);
      expect(some.weights[2]).toBe(0);
      expect(some.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const [first = [], second = [], third = []] = pictures;
      const turned = await run(network, caseOf([1, 1, 1], [third, first, second]));
      expect(turned.logits).toEqual(close((await run(network, caseOf([1, 1, 1]))).logits));
    }
  });

  it.each(SlicePooling.options)('%s: is written and read, taken apart, and given another head', async (pooling) => {
    const network = poolSlices(plain, { count, pooling, seed: 1 }, shape);
    const extra = pooling === 'attention' ? 2 * (128 * 128 + 128) + 128 : 0;
    expect(parameterCount(network)).toBe(parameterCount(plain) + extra);
    expect([sliceChannels(network), network.inputShape[0]]).toEqual([1, 6]);
    const back = decodeNetwork(encodeNetwork(network));
    expect(await run(back, caseOf([1, 1, 0]))).toEqual(await run(network, caseOf([1, 1, 0])));
    const apart = withoutSlices(back);
    expect(apart.parameters).toEqual(plain.parameters);
    const graph = buildInference(apart);
    expect(graph.nodes.length).toBe(buildInference(plain).nodes.length);
    expect(trainableAfter(network, 'head')).toHaveLength(pooling === 'attention' ? 7 : 2);
    expect(replaceHead(network, 4, 1)).toMatchObject({ classes: 4, slices: { pooling } });
  });

  it.each(SlicePooling.options)(
    '%s: what comes after a frozen base gives the same from cached features',
    async (pooling) => {
      const network = poolSlices(plain, { count, pooling, seed: 1 }, shape);
      const input = caseOf([1, 1, 0]);
      const program = await compile(buildFeatures(network, 'block4'), { device: 'cpu', threads: 1 });
      const maps = (await program.run({ slices: input })).block4;
      await program.dispose();
      const tail = tailNetwork(network, 'block4', [count * 2, size, size]);
      const [, channels = 0, rows = 0, columns = 0] = maps?.shape ?? [];
      expect(tail.inputShape).toEqual([count * (channels + 1), rows, columns]);
      const values = float32Data(maps);
      const each = channels * rows * columns;
      const cached = [1, 1, 0].flatMap((there, k) => [
        ...values.subarray(k * each, (k + 1) * each),
        ...new Array(rows * columns).fill(there),
      ]);
      const whole = await run(network, input);
      expect(await run(tail, float32([1, ...tail.inputShape.map(Number)], Float32Array.from(cached)))).toEqual({
        logits: whole.logits.map((value) => expect.closeTo(value, 5)),
        weights: whole.weights.map((value) => expect.closeTo(value, 5)),
      });
    },
  );

  it('is refused where there is no dense last layer to pool before', () => {
    const builder = new GraphBuilder('maps');
    builder.input('image', 'float32', [1, 2, 4, 4]);
    builder.op('Relu', ['image']);
    const graph = builder.build({ maps: builder.op('Relu', ['image']) });
    const network = { ...bareNetwork(2), graph, logits: graph.outputs[0]?.name ?? '' };
    expect(() => poolSlices(network, { count, pooling: 'mean', seed: 1 }, [2, 4, 4])).toThrow(/dense last layer/);
  });
});
