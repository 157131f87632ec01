import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRunnable } from '../../../../main/learning/engine/tensorflow/execute.ts';
import { tensorFromArray } from '../../../../main/learning/network/array64.ts';
import { differentiate } from '../../../../main/learning/network/differentiate.ts';
import type { Attributes, Graph } from '../../../../main/learning/network/graph.ts';
import { float, int, ints, text } from '../../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../../main/learning/network/interpret.ts';
import { ops } from '../../../../main/learning/network/ops/registry.ts';
import { distinctArray, randomArray, scalarGraph } from '../../network/gradientCheck.ts';
import { operatorCases } from '../../network/operatorCases.ts';
import { differences, runOnce } from './backend.ts';

type Inputs = Parameters<typeof scalarGraph>[0];

/** The graph, and its gradients as an engine gets them that does not say where maxima are, against float64. */
async function agrees(inputs: Inputs, write: (builder: GraphBuilder) => string, hasGradient = true): Promise<void> {
  const { graph, feeds } = scalarGraph(inputs, write);
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, tensorFromArray(array)]));
  const graphs: Graph[] = [graph];
  if (hasGradient)
    graphs.push(differentiate(graph, { output: 'loss', withRespectTo: Object.keys(inputs), lowering: 'plain' }));
  for (const each of graphs) {
    const far = Object.entries(differences(await runOnce(each, tensors), interpret(each, tensors)));
    expect(far.filter(([, relative]) => !(relative < 1e-4))).toEqual([]);
  }
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const runs = { numRuns: 4, seed: 20261120 };

describe('TensorFlow.js gives what the float64 reference gives', () => {
  test.each(operatorCases)('$name, and its gradient', async ({ inputs, write }) => {
    await fc.assert(
      fc.asyncProperty(seeds, (seed) => agrees(inputs(seed), write)),
      runs,
    );
  });

  const small = fc.integer({ min: 1, max: 3 });
  const convolution = fc.record({
    ...{
      batch: fc.integer({ min: 1, max: 2 }),
      group: fc.constantFrom(1, 2, 3, 9),
      each: fc.integer({ min: 1, max: 2 }),
    },
    ...{ outputs: fc.integer({ min: 1, max: 2 }), kernel: fc.tuple(small, small), strides: fc.tuple(small, small) },
    ...{ dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })), seed: seeds },
    ...{
      pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
      extra: fc.tuple(small, small),
    },
  });

  test('convolutions of any group, stride, dilation and padding', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        convolution,
        async ({ batch, group, each, outputs, kernel, strides, dilations, pads, extra, seed }) => {
          const extents = kernel.map((extent, i) => (dilations[i] ?? 1) * (extent - 1) + 1 + (extra[i] ?? 1) * 2);
          const attributes: Attributes = {
            ...{ group: int(group), strides: ints(strides), dilations: ints(dilations), pads: ints(pads) },
          };
          const inputs = {
            x: randomArray([batch, group * each, ...extents], seed),
            w: randomArray([group * outputs, each, ...kernel], seed + 1),
            b: randomArray([group * outputs], seed + 2),
          };
          await agrees(inputs, (g) => g.op('Conv', ['x', 'w', 'b'], attributes));
        },
      ),
      { numRuns: 40, seed: 20261120 },
    );
  });

  test('transposed convolutions', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        convolution,
        async ({ batch, group, each, outputs, kernel, strides, dilations, pads, extra, seed }) => {
          const reach = kernel.map((extent, i) => (dilations[i] ?? 1) * (extent - 1) + 1);
          // No more padding than the kernel reaches, so that something is left.
          const kept = pads.map((pad, i) => Math.min(pad, Math.floor(((reach[i % 2] ?? 1) - 1) / 2)));
          const attributes: Attributes = {
            ...{ group: int(group), strides: ints(strides), dilations: ints(dilations), pads: ints(kept) },
            output_padding: ints(strides.map((stride) => (seed % 2 === 0 ? stride - 1 : 0))),
          };
          const inputs = {
            x: randomArray([batch, group * each, extra[0] + 1, extra[1] + 1], seed),
            w: randomArray([group * each, outputs, ...kernel], seed + 1),
          };
          await agrees(inputs, (g) => g.op('ConvTranspose', ['x', 'w'], attributes));
        },
      ),
      { numRuns: 30, seed: 20261120 },
    );
  });

  test.each(['MaxPool', 'AveragePool'])('%s of any window', { timeout: 240_000 }, async (opType) => {
    await fc.assert(
      fc.asyncProperty(
        convolution,
        fc.boolean(),
        async ({ batch, each, kernel, strides, dilations, pads, extra, seed }, isCeil) => {
          const reach = kernel.map((extent, i) => (dilations[i] ?? 1) * (extent - 1) + 1);
          const kept = pads.map((pad, i) => Math.min(pad, (kernel[i % 2] ?? 1) - 1));
          const attributes: Attributes = {
            ...{ kernel_shape: ints(kernel), strides: ints(strides), dilations: ints(dilations), pads: ints(kept) },
            ...{ ceil_mode: int(isCeil ? 1 : 0) },
            ...(opType === 'AveragePool' && { count_include_pad: int(seed % 2) }),
          };
          const x = distinctArray([batch, each, (reach[0] ?? 1) + extra[0], (reach[1] ?? 1) + extra[1]], seed);
          await agrees({ x }, (g) => g.op(opType, ['x'], attributes));
        },
      ),
      { numRuns: 30, seed: 20261120 },
    );
  });

  const image = randomArray([2, 3, 4, 5], 1);
  const first = (g: GraphBuilder, opType: string, inputs: readonly string[], attributes: Attributes = {}) =>
    g.op(opType, inputs, attributes);

  test.each<[string, Inputs, (g: GraphBuilder) => string]>([
    [
      'Slice backwards',
      { x: image },
      (g) => g.op('Slice', ['x', g.ints([-1, 4]), g.ints([-9, 0]), g.ints([2, 3]), g.ints([-1, -2])]),
    ],
    [
      'Slice in steps',
      { x: image },
      (g) => g.op('Slice', ['x', g.ints([0, 1]), g.ints([2, 5]), g.ints([1, 3]), g.ints([2, 2])]),
    ],
    ['Pad and crop', { x: image }, (g) => g.op('Pad', ['x', g.ints([0, 0, 1, -2, 0, 1, -1, 3])])],
    ['Concat', { x: image, y: randomArray([2, 2, 4, 5], 2) }, (g) => first(g, 'Concat', ['x', 'y'], { axis: int(1) })],
    ['Split', { x: image }, (g) => g.op('Mul', g.ops('Split', ['x', g.ints([2, 2])], 2, { axis: int(2) }))],
    ['Expand', { x: randomArray([3, 1, 5], 3) }, (g) => g.op('Expand', ['x', g.ints([2, 1, 4, 5])])],
    ['Gather', { x: image }, (g) => g.op('Gather', ['x', g.ints([2, -1, 0, 2])], { axis: int(3) })],
    ['Transpose', { x: image }, (g) => first(g, 'Transpose', ['x'], { perm: ints([3, 1, 0, 2]) })],
    ['Softmax over channels', { x: image }, (g) => first(g, 'Softmax', ['x'], { axis: int(1) })],
    ['LogSoftmax', { x: randomArray([3, 4], 4) }, (g) => first(g, 'LogSoftmax', ['x'])],
    [
      'MatMul, broadcast',
      { x: randomArray([2, 1, 3, 4], 5), y: randomArray([3, 4, 2], 6) },
      (g) => first(g, 'MatMul', ['x', 'y']),
    ],
    [
      'MatMul of vectors',
      { x: randomArray([4], 5), y: randomArray([2, 4, 3], 6) },
      (g) => first(g, 'MatMul', ['x', 'y']),
    ],
    [
      'Gemm',
      { a: randomArray([4, 3], 7), b: randomArray([2, 4], 8), c: randomArray([2], 9) },
      (g) => first(g, 'Gemm', ['a', 'b', 'c'], { transA: int(1), transB: int(1), alpha: float(0.7), beta: float(1.3) }),
    ],
    ['GlobalAveragePool', { x: image }, (g) => first(g, 'GlobalAveragePool', ['x'])],
    ['Relu', { x: image }, (g) => first(g, 'Relu', ['x'])],
    ['LeakyRelu', { x: image }, (g) => first(g, 'LeakyRelu', ['x'])],
    ['Clip', { x: image }, (g) => g.op('Clip', ['x', g.scalar(-0.5), g.scalar(1)])],
    ['HardSigmoid', { x: image }, (g) => first(g, 'HardSigmoid', ['x'])],
    ['Sigmoid and Tanh', { x: image }, (g) => g.op('Mul', [g.op('Sigmoid', ['x']), g.op('Tanh', ['x'])])],
    ['Pow', { x: randomArray([2, 3], 1, 0.5, 2), y: randomArray([3], 2) }, (g) => first(g, 'Pow', ['x', 'y'])],
    ['Where', { x: image, y: randomArray([5], 3) }, (g) => g.op('Where', [g.op('Greater', ['x', 'y']), 'x', 'y'])],
    [
      'Max of three',
      { x: image, y: randomArray([5], 3), z: randomArray([3, 1, 1], 4) },
      (g) => first(g, 'Max', ['x', 'y', 'z']),
    ],
    [
      'images and numbers per channel after a convolution',
      { x: image, w: randomArray([4, 3, 3, 3], 5), s: randomArray([1, 4, 1, 1], 6), t: randomArray([4, 1, 1], 7) },
      (g) => {
        const value = g.op('Add', [g.op('Mul', [g.op('Conv', ['x', 'w']), 's']), 't']);
        const joined = g.op('Concat', [value, g.op('Relu', [value])], { axis: int(1) });
        const mean = g.op('ReduceMean', [joined, g.ints([1, 2])], { keepdims: int(0) });
        return g.op('Add', [mean, g.op('ReduceMax', [joined, g.ints([2, 1])], { keepdims: int(0) })]);
      },
    ],
    [
      'SpaceToDepth',
      { x: randomArray([2, 3, 4, 6], 1) },
      (g) => first(g, 'SpaceToDepth', ['x'], { blocksize: int(2) }),
    ],
    [
      'Pad, reflected',
      { x: image },
      (g) => g.op('Pad', ['x', g.ints([0, 0, 1, 2, 0, 0, 1, 1])], { mode: text('reflect') }),
    ],
  ])('%s', async (_, inputs, write) => agrees(inputs, write));

  test.each([0, 1])('batch normalisation, training %i', async (training) => {
    const inputs = {
      ...{ x: randomArray([3, 4, 3, 2], 1), scale: randomArray([4], 2), bias: randomArray([4], 3) },
      ...{ mean: randomArray([4], 4), variance: randomArray([4], 5, 0.5, 2) },
    };
    const attributes = { epsilon: float(1e-3), training_mode: int(training) };
    const write = (g: GraphBuilder) =>
      g.ops('BatchNormalization', Object.keys(inputs), training ? 3 : 1, attributes)[0] ?? '';
    await agrees(inputs, write, false);
    const { graph, feeds } = scalarGraph(inputs, write);
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, tensorFromArray(array)]));
    const backward = differentiate(graph, { output: 'loss', withRespectTo: ['x', 'scale', 'bias'] });
    const far = Object.entries(differences(await runOnce(backward, tensors), interpret(backward, tensors)));
    expect(far.filter(([, relative]) => !(relative < 1e-4))).toEqual([]);
  });

  test('quantised values', async () => {
    const builder = new GraphBuilder();
    builder.input('x', 'float32', [2, 3, 4, 5]);
    const scale = builder.constant({ type: 'float32', shape: [3], data: Float32Array.of(0.02, 0.013, 0.4) });
    const zero = builder.constant({ type: 'uint8', shape: [3], data: Uint8Array.of(128, 3, 200) });
    const levels = builder.op('QuantizeLinear', ['x', scale, zero], { axis: int(1) });
    const graph = builder.build({
      levels,
      values: builder.op('DequantizeLinear', [levels, scale, zero], { axis: int(1) }),
    });
    const feeds = { x: tensorFromArray(image) };
    const far = Object.values(differences(await runOnce(graph, feeds), interpret(graph, feeds)));
    expect(Math.max(...far)).toBeLessThan(1e-6);
  });
});

test('every operator there is can be run', () => {
  const plain = { domain: '', name: '', inputs: [], outputs: [], attributes: {} };
  expect([...ops.keys()].filter((opType) => !isRunnable({ ...plain, opType }))).toEqual([]);
});

test('numbers that TensorFlow.js does not have are refused', async () => {
  const builder = new GraphBuilder();
  builder.input('x', 'float64', [40]);
  const graph = builder.build({ y: builder.op('Neg', ['x']) });
  const run = runOnce(graph, { x: { type: 'float64', shape: [40], data: new Float64Array(40) } });
  await expect(run).rejects.toMatchObject({
    code: 'unsupported-operator',
    message: 'TensorFlow.js has no float64 numbers.',
  });
});
