import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { tensorFromArray } from '../../../main/learning/network/array64.ts';
import { differentiate, gradientName } from '../../../main/learning/network/differentiate.ts';
import type { Attributes } from '../../../main/learning/network/graph.ts';
import { float, int, ints, text } from '../../../main/learning/network/graph.ts';
import type { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { ops } from '../../../main/learning/network/ops/registry.ts';
import { checked, checkGradients, distinctArray, maxAbs, randomArray, scalarGraph } from './gradientCheck.ts';
import { operatorCases } from './operatorCases.ts';

const runs = { numRuns: 6, seed: 20261120 };
const extent = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 1, max: 1_000_000 });
const covered = new Set<string>();

/** Writes one node and remembers that its rule was checked. */
function node(
  builder: GraphBuilder,
  opType: string,
  inputs: readonly (string | undefined)[],
  attributes: Attributes = {},
) {
  covered.add(opType);
  return builder.op(opType, inputs, attributes);
}

describe('elementwise', () => {
  const cases: readonly (readonly [string, Attributes, number, number])[] = [
    ['Neg', {}, -2, 2],
    ['Sqrt', {}, 0.5, 3],
    ['Exp', {}, -2, 2],
    ['Log', {}, 0.5, 3],
    ['Reciprocal', {}, 0.5, 3],
    ['Abs', {}, -2, 2],
    ['Relu', {}, -2, 2],
    ['LeakyRelu', { alpha: float(0.1) }, -2, 2],
    ['Sigmoid', {}, -2, 2],
    ['Tanh', {}, -2, 2],
    ['HardSigmoid', { alpha: float(1 / 6), beta: float(0.5) }, -2.9, 2.9],
    ['HardSwish', {}, -2.9, 2.9],
    ['Identity', {}, -2, 2],
    ['Dropout', {}, -2, 2],
    ['Cast', { to: int(1) }, -2, 2],
  ];
  test.each(cases)('%s', (opType, attributes, low, high) => {
    fc.assert(
      fc.property(extent, extent, seed, (a, b, s) => {
        checkGradients({ x: randomArray([a, b], s, low, high) }, (g) => node(g, opType, ['x'], attributes));
      }),
      runs,
    );
  });

  test('HardSwish and HardSigmoid outside the ramp', () => {
    const x = randomArray([3, 4], 5, -9, 9);
    checkGradients({ x }, (g) => g.op('HardSwish', ['x']));
    checkGradients({ x }, (g) => g.op('HardSigmoid', ['x']));
  });

  test('Clip', () => {
    checkGradients({ x: randomArray([5, 7], 3) }, (g) => node(g, 'Clip', ['x', g.scalar(-1), g.scalar(1.1)]));
    checkGradients({ x: randomArray([5, 7], 4) }, (g) => node(g, 'Clip', ['x', undefined, g.scalar(1.1)]));
  });

  test.each(['Add', 'Sub', 'Mul', 'Div', 'Pow'])('%s with broadcasting', (opType) => {
    const shapes = fc.constantFrom(
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 3, 2],
        [3, 1],
      ],
      [
        [1, 3],
        [4, 1],
      ],
      [[], [2, 2]],
      [[3], [2, 1]],
    );
    fc.assert(
      fc.property(shapes, seed, ([a = [], b = []], s) => {
        checkGradients({ a: randomArray(a, s, 0.5, 2), b: randomArray(b, s + 1, 0.5, 2) }, (g) =>
          node(g, opType, ['a', 'b']),
        );
      }),
      runs,
    );
  });

  test('Sum of three, and a value used twice', () => {
    const inputs = { a: randomArray([2, 3], 1), b: randomArray([3], 2), c: randomArray([2, 1], 3) };
    checkGradients(inputs, (g) => node(g, 'Sum', ['a', 'b', 'c']));
    checkGradients(inputs, (g) => g.op('Mul', [g.op('Add', ['a', 'b']), g.op('Mul', ['a', 'a'])]), {
      names: ['a', 'b'],
    });
  });

  test('Where', () => {
    const inputs = { a: randomArray([2, 3], 1), b: randomArray([3], 2) };
    checkGradients(inputs, (g) => node(g, 'Where', [g.op('Greater', ['a', 'b']), 'a', 'b']));
  });
});

describe('matrices', () => {
  test('Gemm in every form', () => {
    fc.assert(
      fc.property(extent, extent, extent, fc.boolean(), fc.boolean(), seed, (m, k, n, transA, transB, s) => {
        const inputs = {
          a: randomArray(transA ? [k, m] : [m, k], s),
          b: randomArray(transB ? [n, k] : [k, n], s + 1),
          c: randomArray(s % 2 ? [n] : [m, 1], s + 2),
        };
        const attributes = {
          transA: int(transA ? 1 : 0),
          transB: int(transB ? 1 : 0),
          alpha: float(0.5),
          beta: float(1.5),
        };
        checkGradients(inputs, (g) => node(g, 'Gemm', ['a', 'b', 'c'], attributes));
      }),
      { ...runs, numRuns: 12 },
    );
  });

  test('MatMul, batched and broadcast', () => {
    const pairs = [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [2, 2, 3],
        [3, 2],
      ],
      [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      [[3], [3, 2]],
      [[2, 3], [3]],
    ];
    for (const [a = [], b = []] of pairs) {
      checkGradients({ a: randomArray(a, 1), b: randomArray(b, 2) }, (g) => node(g, 'MatMul', ['a', 'b']));
    }
  });
});

describe('shapes', () => {
  const x = randomArray([2, 3, 4], 7);
  const cases: readonly (readonly [string, (g: GraphBuilder) => string])[] = [
    ['Reshape', (g) => node(g, 'Reshape', ['x', g.ints([0, -1, 2])])],
    ['Flatten', (g) => node(g, 'Flatten', ['x'], { axis: int(2) })],
    ['Unsqueeze', (g) => node(g, 'Unsqueeze', ['x', g.ints([0, -1])])],
    ['Squeeze', (g) => node(g, 'Squeeze', [g.op('Unsqueeze', ['x', g.ints([1])]), g.ints([1])])],
    ['Transpose', (g) => node(g, 'Transpose', ['x'], { perm: ints([2, 0, 1]) })],
    ['Transpose by default', (g) => node(g, 'Transpose', ['x'])],
    ['Slice', (g) => node(g, 'Slice', ['x', g.ints([1, -3]), g.ints([2, 9]), g.ints([1, 2])])],
    [
      'Slice with steps',
      (g) => node(g, 'Slice', ['x', g.ints([3, 0]), g.ints([-9, 3]), g.ints([2, 1]), g.ints([-2, 2])]),
    ],
    ['Pad', (g) => node(g, 'Pad', ['x', g.ints([0, 1, 2, 1, 0, 0])])],
    ['Pad that crops', (g) => node(g, 'Pad', ['x', g.ints([0, -1, 2, 0, 0, -1])])],
    ['Expand', (g) => node(g, 'Expand', [g.op('Unsqueeze', ['x', g.ints([1])]), g.ints([2, 3, 1, 4])])],
    ['Gather', (g) => node(g, 'Gather', ['x', g.ints([2, 0, 2])], { axis: int(1) })],
    ['ReduceSum', (g) => node(g, 'ReduceSum', ['x', g.ints([0, 2])], { keepdims: int(0) })],
    ['ReduceMean', (g) => node(g, 'ReduceMean', ['x', g.ints([-1])])],
    ['ReduceMean of all', (g) => node(g, 'ReduceMean', ['x'])],
    ['Softmax', (g) => node(g, 'Softmax', ['x'], { axis: int(1) })],
    ['LogSoftmax', (g) => node(g, 'LogSoftmax', ['x'])],
  ];
  test.each(cases)('%s', (_, write) => checkGradients({ x }, write));

  test('Concat', () => {
    const inputs = { a: randomArray([2, 1, 3], 1), b: randomArray([2, 2, 3], 2) };
    checkGradients(inputs, (g) => node(g, 'Concat', ['a', 'b', 'a'], { axis: int(1) }));
  });

  test('Split, one part unused', () => {
    checkGradients({ x: randomArray([2, 5], 1) }, (g) => {
      covered.add('Split');
      const [first, , third] = g.ops('Split', ['x', g.ints([1, 2, 2])], 3, { axis: int(1) });
      return g.op('Mul', [first ?? '', third ?? '']);
    });
  });
});

const window = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  rows: fc.integer({ min: 4, max: 7 }),
  columns: fc.integer({ min: 4, max: 7 }),
  kernelRows: fc.integer({ min: 1, max: 3 }),
  kernelColumns: fc.integer({ min: 1, max: 3 }),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 1 })),
  pads: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 }))),
  group: fc.constantFrom([1, 2, 3], [2, 2, 2], [2, 1, 2], [3, 1, 1], [1, 1, 1]),
  seed,
});

describe('convolution', () => {
  test('Conv: groups, strides, dilations, uneven padding', () => {
    fc.assert(
      fc.property(window, (w) => {
        const [group = 1, inEach = 1, outEach = 1] = w.group;
        const inputs = {
          x: randomArray([w.batch, group * inEach, w.rows, w.columns], w.seed),
          w: randomArray([group * outEach, inEach, w.kernelRows, w.kernelColumns], w.seed + 1),
          b: randomArray([group * outEach], w.seed + 2),
        };
        const attributes = {
          strides: ints(w.stride),
          dilations: ints(w.dilation),
          pads: ints(w.pads),
          group: int(group),
        };
        checkGradients(inputs, (g) => node(g, 'Conv', ['x', 'w', 'b'], attributes));
      }),
      { ...runs, numRuns: 25 },
    );
  });

  test('Conv: the forms its filter gradient takes on tall images', () => {
    const pads = ints([1, 2, 1, 0]);
    const tall = { x: randomArray([1, 2, 15, 4], 1), w: randomArray([2, 2, 3, 2], 2) };
    checkGradients(tall, (g) => g.op('Conv', ['x', 'w'], { pads }));
    const dilated = { x: randomArray([1, 2, 31, 4], 1), w: randomArray([2, 2, 3, 2], 2) };
    checkGradients(dilated, (g) => g.op('Conv', ['x', 'w'], { pads, dilations: ints([2, 1]) }));
    for (const [rows, columns] of [
      [32, 9],
      [15, 12],
    ] as const) {
      const stem = { x: randomArray([1, 2, rows, columns], 1), w: randomArray([2, 2, 7, 7], 2) };
      checkGradients(stem, (g) => g.op('Conv', ['x', 'w'], { pads: ints([3, 3, 3, 3]), strides: ints([2, 2]) }));
    }
    const grouped = { x: randomArray([2, 4, 15, 5], 1), w: randomArray([4, 2, 3, 3], 2) };
    checkGradients(grouped, (g) => g.op('Conv', ['x', 'w'], { pads: ints([1, 1, 1, 1]), group: int(2) }));
  });

  test('Conv: the forms its filter gradient takes on channels by themselves and on pixels', () => {
    const group = int(2);
    const pads = ints([1, 1, 1, 1]);
    const filters = randomArray([2, 1, 3, 3], 2);
    for (const [rows, columns, stride] of [
      [3, 48, 2],
      [4, 53, 2],
      [3, 49, 1],
      [5, 77, 3],
    ] as const) {
      const wide = { x: randomArray([2, 2, rows, columns], 1), w: filters };
      checkGradients(wide, (g) => g.op('Conv', ['x', 'w'], { pads, group, strides: ints([stride, stride]) }), {
        names: ['w'],
      });
    }
    const unseen = { x: randomArray([1, 2, 4, 50], 1), w: randomArray([2, 1, 1, 1], 2) };
    checkGradients(unseen, (g) => g.op('Conv', ['x', 'w'], { group, strides: ints([2, 2]) }), { names: ['w'] });
    const many = { x: randomArray([2, 5, 2, 3], 1), w: randomArray([6, 5, 1, 1], 2) };
    checkGradients(many, (g) => g.op('Conv', ['x', 'w']));
    const few = { x: randomArray([2, 1, 5, 4], 1), w: randomArray([2, 1, 1, 1], 2) };
    checkGradients(few, (g) => g.op('Conv', ['x', 'w']));
  });

  test.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('Conv with auto_pad %s', (mode) => {
    const inputs = { x: randomArray([1, 2, 5, 6], 1), w: randomArray([2, 2, 3, 2], 2) };
    checkGradients(inputs, (g) => g.op('Conv', ['x', 'w'], { auto_pad: text(mode), strides: ints([2, 1]) }));
  });

  test('ConvTranspose', () => {
    for (const group of [1, 2]) {
      const inputs = {
        x: randomArray([2, 4, 3, 4], 1),
        w: randomArray([4, 2, 3, 2], 2),
        b: randomArray([2 * group], 3),
      };
      const attributes = {
        strides: ints([2, 3]),
        pads: ints([1, 0, 0, 1]),
        output_padding: ints([1, 2]),
        group: int(group),
      };
      checkGradients(inputs, (g) => node(g, 'ConvTranspose', ['x', 'w', 'b'], attributes));
    }
  });
});

describe('pooling', () => {
  test.each(['MaxPool', 'AveragePool'])('%s', (opType) => {
    fc.assert(
      fc.property(window, fc.boolean(), fc.boolean(), (w, ceilMode, countPadding) => {
        const kernel = [w.kernelRows + 1, w.kernelColumns + 1];
        const pads = w.pads.map((pad, i) => Math.min(pad, (kernel[i % 2] ?? 1) - 1));
        const attributes: Attributes = {
          kernel_shape: ints(kernel),
          strides: ints(w.stride),
          pads: ints(pads),
          ceil_mode: int(ceilMode ? 1 : 0),
          ...(opType === 'AveragePool' && { count_include_pad: int(countPadding ? 1 : 0) }),
        };
        const x = distinctArray([w.batch, 2, w.rows, w.columns], w.seed);
        checkGradients({ x }, (g) => node(g, opType, ['x'], attributes));
      }),
      { ...runs, numRuns: 15 },
    );
  });

  test('MaxPool where the engine does not say where the maxima were', () => {
    fc.assert(
      fc.property(window, fc.boolean(), (w, hasTies) => {
        const kernel = [w.kernelRows + 1, w.kernelColumns + 1];
        const pads = w.pads.map((pad, i) => Math.min(pad, (kernel[i % 2] ?? 1) - 1));
        const attributes = { kernel_shape: ints(kernel), strides: ints(w.stride), pads: ints(pads) };
        const distinct = distinctArray([w.batch, 2, w.rows, w.columns], w.seed);
        const x = hasTies
          ? { ...distinct, data: distinct.data.map((value) => Math.max(0, Math.round(value))) }
          : distinct;
        const { graph, feeds } = scalarGraph({ x }, (g) => g.op('MaxPool', ['x'], attributes));
        const [indexed, plain] = (['indexed', 'plain'] as const).map((lowering) =>
          interpret(differentiate(graph, { output: 'loss', withRespectTo: ['x'], lowering }), feeds),
        );
        const [one, other] = [indexed, plain].map((results) => [...(results?.[gradientName('x')]?.data ?? [])]);
        // The same up to the order in which windows that overlap are added.
        expect(maxAbs((one ?? []).map((value, i) => value - (other?.[i] ?? Number.NaN)))).toBeLessThan(1e-12);
        expect(other?.length).toBe(x.data.length);
      }),
      { ...runs, numRuns: 15 },
    );
  });

  test('AveragePool in tiles and GlobalAveragePool', () => {
    const x = randomArray([2, 2, 4, 6], 3);
    checkGradients({ x }, (g) => g.op('AveragePool', ['x'], { kernel_shape: ints([2, 3]), strides: ints([2, 3]) }));
    checkGradients({ x }, (g) => node(g, 'GlobalAveragePool', ['x']));
  });
});

describe('batch normalisation', () => {
  const inputs = {
    x: randomArray([3, 2, 2, 3], 1),
    scale: randomArray([2], 2),
    bias: randomArray([2], 3),
    mean: randomArray([2], 4),
    variance: randomArray([2], 5, 0.5, 2),
  };
  const names = Object.keys(inputs);

  test('with fixed statistics', () => {
    const trained = { names: ['x', 'scale', 'bias'] };
    checkGradients(inputs, (g) => node(g, 'BatchNormalization', names, { epsilon: float(1e-3) }), trained);
  });

  test('with the statistics of the batch', () => {
    const attributes = { epsilon: float(1e-3), training_mode: int(1) };
    const trained = { names: ['x', 'scale', 'bias'] };
    checkGradients(inputs, (g) => g.ops('BatchNormalization', names, 3, attributes)[0] ?? '', trained);
  });
});

test('onnxruntime gives all these gradients, too', { timeout: 240_000 }, async () => {
  expect(checked.length).toBeGreaterThan(200);
  const far: unknown[] = [];
  for (const { graph, feeds, results } of checked) {
    const program = await compile(graph, { device: 'cpu', threads: 1 });
    const tensors = Object.entries(feeds).map(([name, array]) => [name, tensorFromArray(array)] as const);
    const actual = await program.run(Object.fromEntries(tensors));
    await program.dispose();
    for (const [name, { data }] of Object.entries(results)) {
      const values = Array.from(actual[name]?.data ?? [], Number);
      const worst = maxAbs(Array.from(data, (value, i) => value - (values[i] ?? Number.POSITIVE_INFINITY)));
      if (!(worst / Math.max(maxAbs(data), 1e-3) < 1e-4) || values.length !== data.length)
        far.push([name, worst, graph.nodes.map(({ opType }) => opType).join(' ')]);
    }
  }
  expect(far).toEqual([]);
});

test('every rule there is has been checked', () => {
  for (const { name } of operatorCases) covered.add(name.split(/[ ,]/)[0] ?? '');
  const withRule = [...ops.values()].filter((op) => op.gradient !== undefined).map((op) => op.opType);
  expect(withRule.filter((name) => !covered.has(name))).toEqual([]);
});
