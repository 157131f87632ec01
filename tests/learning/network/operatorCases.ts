import type { NdArray } from '../../../main/learning/network/array64.ts';
import type { Attributes } from '../../../main/learning/network/graph.ts';
import { float, int, ints, text } from '../../../main/learning/network/graph.ts';
import type { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { distinctArray, randomArray } from './gradientCheck.ts';

export interface OperatorCase {
  readonly name: string;
  /** Operator sets before it do not have the operator. */
  readonly since?: number;
  inputs(seed: number): Readonly<Record<string, NdArray>>;
  write(builder: GraphBuilder): string;
}

/** An extent that changes with the seed. */
const some = (seed: number, low: number, high: number) => low + (seed % (high - low + 1));

const image = (seed: number, channels = some(seed, 1, 3)) =>
  randomArray([some(seed, 1, 2), channels, some(seed, 3, 6), some(seed + 1, 3, 5)], seed);

const elementwise: readonly (readonly [string, Attributes, number?])[] = [
  ['Erf', {}],
  ['Elu', { alpha: float(0.7) }],
  ['Selu', {}],
  ['Celu', { alpha: float(1.3) }],
  ['Softplus', {}],
  ['Softsign', {}],
  ['ThresholdedRelu', { alpha: float(0.01) }],
  ['Mish', {}],
  ['HardSwish', {}],
  ['Gelu', {}, 20],
  ['Gelu', { approximate: text('tanh') }, 20],
  ['Swish', { alpha: float(1.5) }, 24],
  ['Sin', {}],
  ['Cos', {}],
];

const reductions = ['Max', 'Min', 'L1', 'L2', 'SumSquare', 'LogSumExp', 'LogSum'];

const resizes: readonly (readonly [mode: string, coordinates: string, nearest: string, sizes: boolean])[] = [
  ['nearest', 'asymmetric', 'floor', false],
  ['nearest', 'half_pixel', 'round_prefer_floor', true],
  ['nearest', 'half_pixel', 'round_prefer_ceil', false],
  ['linear', 'half_pixel', 'floor', true],
  ['linear', 'align_corners', 'floor', true],
  ['linear', 'asymmetric', 'floor', false],
  ['linear', 'pytorch_half_pixel', 'floor', true],
];

/** Operators that are defined by others, and those whose rules need no large shapes. */
export const operatorCases: readonly OperatorCase[] = [
  ...elementwise.map(
    ([opType, attributes, since]): OperatorCase => ({
      name: `${opType}${attributes.approximate ? ' by tanh' : ''}`,
      ...(since !== undefined && { since }),
      inputs: (seed) => ({ x: randomArray([some(seed, 1, 4), some(seed + 2, 1, 4)], seed, -3, 3) }),
      write: (g) => g.op(opType, ['x'], attributes),
    }),
  ),
  {
    name: 'PRelu',
    inputs: (seed) => ({ x: image(seed, 3), slope: randomArray([3, 1, 1], seed + 1) }),
    write: (g) => g.op('PRelu', ['x', 'slope']),
  },
  ...['Max', 'Min', 'Mean'].map(
    (opType): OperatorCase => ({
      name: opType,
      inputs: (seed) => ({
        a: distinctArray([2, some(seed, 2, 4)], seed),
        b: randomArray([2, 1], seed + 1, -0.02, 0.04),
        c: distinctArray([some(seed, 2, 4)], seed + 2),
      }),
      write: (g) => g.op(opType, opType === 'Mean' ? ['a', 'b', 'c'] : ['a', 'b']),
    }),
  ),
  ...reductions.flatMap((kind) =>
    [0, 1].map(
      (keepdims): OperatorCase => ({
        name: `Reduce${kind}${keepdims ? ', axes kept' : ''}`,
        inputs: (seed) => ({
          x: kind === 'LogSum' ? randomArray([2, 3, 2], seed, 0.5, 2) : distinctArray([some(seed, 1, 3), 3, 2], seed),
        }),
        write: (g) => g.op(`Reduce${kind}`, ['x', g.ints(keepdims ? [1, -1] : [1])], { keepdims: int(keepdims) }),
      }),
    ),
  ),
  {
    name: 'LayerNormalization',
    inputs: (seed) => ({
      x: randomArray([2, some(seed, 1, 3), 5], seed),
      scale: randomArray([5], seed + 1),
      bias: randomArray([5], seed + 2),
    }),
    write: (g) => g.op('LayerNormalization', ['x', 'scale', 'bias'], { epsilon: float(1e-3) }),
  },
  {
    name: 'LayerNormalization over two axes, without bias',
    inputs: (seed) => ({ x: randomArray([2, 3, 4], seed), scale: randomArray([3, 4], seed + 1) }),
    write: (g) => g.op('LayerNormalization', ['x', 'scale'], { axis: int(1) }),
  },
  {
    name: 'InstanceNormalization',
    inputs: (seed) => ({ x: image(seed, 3), scale: randomArray([3], seed + 1), bias: randomArray([3], seed + 2) }),
    write: (g) => g.op('InstanceNormalization', ['x', 'scale', 'bias'], { epsilon: float(1e-3) }),
  },
  {
    name: 'GroupNormalization, scales per group',
    inputs: (seed) => ({ x: image(seed, 4), scale: randomArray([2], seed + 1), bias: randomArray([2], seed + 2) }),
    write: (g) => g.op('GroupNormalization', ['x', 'scale', 'bias'], { num_groups: int(2), epsilon: float(1e-3) }),
  },
  {
    name: 'GroupNormalization, scales per channel',
    since: 21,
    inputs: (seed) => ({ x: image(seed, 4), scale: randomArray([4], seed + 1), bias: randomArray([4], seed + 2) }),
    write: (g) => g.op('GroupNormalization', ['x', 'scale', 'bias'], { num_groups: int(2), epsilon: float(1e-3) }),
  },
  {
    name: 'MeanVarianceNormalization',
    inputs: (seed) => ({ x: image(seed, 2) }),
    write: (g) => g.op('MeanVarianceNormalization', ['x']),
  },
  ...[3, 5].map(
    (size): OperatorCase => ({
      name: `LRN over ${size} channels`,
      inputs: (seed) => ({ x: image(seed, 6) }),
      write: (g) => g.op('LRN', ['x'], { size: int(size), alpha: float(0.3), beta: float(0.75), bias: float(1.2) }),
    }),
  ),
  ...[1, 2].map(
    (p): OperatorCase => ({
      name: `LpNormalization, p = ${p}`,
      inputs: (seed) => ({ x: randomArray([2, some(seed, 2, 4)], seed) }),
      write: (g) => g.op('LpNormalization', ['x'], { axis: int(1), p: int(p) }),
    }),
  ),
  {
    name: 'GlobalMaxPool',
    inputs: (seed) => ({ x: distinctArray([some(seed, 1, 2), 2, some(seed, 2, 4), 3], seed) }),
    write: (g) => g.op('GlobalMaxPool', ['x']),
  },
  {
    name: 'GlobalLpPool',
    inputs: (seed) => ({ x: image(seed) }),
    write: (g) => g.op('GlobalLpPool', ['x'], { p: int(2) }),
  },
  ...[2, 3].map(
    (p): OperatorCase => ({
      name: `LpPool, p = ${p}`,
      inputs: (seed) => ({ x: image(seed) }),
      write: (g) =>
        g.op('LpPool', ['x'], {
          p: int(p),
          kernel_shape: ints([2, 3]),
          strides: ints([2, 1]),
          pads: ints([1, 0, 0, 1]),
        }),
    }),
  ),
  ...resizes.map(
    ([mode, coordinates, nearest, bySizes]): OperatorCase => ({
      name: `Resize ${mode}, ${coordinates}, ${nearest}${bySizes ? ', to sizes' : ''}`,
      inputs: () => ({ x: randomArray([1, 2, 4, 5], 3) }),
      write(g) {
        const attributes = {
          mode: text(mode),
          coordinate_transformation_mode: text(coordinates),
          nearest_mode: text(nearest),
        };
        const scales = g.constant(float32([4], [1, 1, 1.5, 2]));
        if (!bySizes) return g.op('Resize', ['x', undefined, scales], attributes);
        return g.op('Resize', ['x', undefined, undefined, g.ints([1, 2, 7, 3])], attributes);
      },
    }),
  ),
  ...['edge', 'reflect'].map(
    (mode): OperatorCase => ({
      name: `Pad by ${mode}`,
      inputs: (seed) => ({ x: image(seed) }),
      write: (g) => g.op('Pad', ['x', g.ints([0, 0, 2, 1, 0, 0, 1, 0])], { mode: text(mode) }),
    }),
  ),
  ...['DCR', 'CRD'].map(
    (mode): OperatorCase => ({
      name: `DepthToSpace ${mode}`,
      inputs: (seed) => ({ x: image(seed, 8) }),
      write: (g) => g.op('DepthToSpace', ['x'], { blocksize: int(2), mode: text(mode) }),
    }),
  ),
  {
    name: 'SpaceToDepth',
    inputs: (seed) => ({ x: randomArray([some(seed, 1, 2), 2, 4, 6], seed) }),
    write: (g) => g.op('SpaceToDepth', ['x'], { blocksize: int(2) }),
  },
  ...(
    [
      ['SAME_UPPER', { auto_pad: text('SAME_UPPER') }],
      ['SAME_LOWER', { auto_pad: text('SAME_LOWER') }],
      ['VALID', { auto_pad: text('VALID') }],
      ['output_shape', { output_shape: ints([6, 8]) }],
      ['pads and dilations', { pads: ints([1, 0, 2, 1]), dilations: ints([2, 1]) }],
    ] as const
  ).map(
    ([form, attributes]): OperatorCase => ({
      name: `ConvTranspose, ${form}`,
      inputs: (seed) => ({ x: randomArray([1, 2, 3, 4], seed), w: randomArray([2, 2, 3, 2], seed + 1) }),
      write: (g) => g.op('ConvTranspose', ['x', 'w'], { ...attributes, strides: ints([2, 2]) }),
    }),
  ),
  {
    name: 'Tile',
    inputs: (seed) => ({ x: randomArray([2, some(seed, 1, 3)], seed) }),
    write: (g) => g.op('Tile', ['x', g.ints([2, 3])]),
  },
];
