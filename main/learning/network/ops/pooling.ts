import { emptyArray, map, reshaped, sumOver } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf, intsOf, text } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Composition } from './composite.ts';
import { taps } from './convolution/filter.ts';
import { transposedConvolution } from './convolution/inputGradient.ts';
import type { WindowAxis } from './convolution/window.ts';
import { forEachTap, overhang, windowsOf } from './convolution/window.ts';
import type { Emitter, GradientScope, InputArrays, InputTypes, Op } from './op.ts';
import { mismatch, need } from './op.ts';

export function poolWindows(node: Node, shape: readonly number[]): WindowAxis[] {
  const kernel = intsOf(node, 'kernel_shape');
  if (kernel === undefined) throw mismatch(node, 'no kernel_shape');
  return windowsOf(node, shape, kernel);
}

function pooledShape(node: Node, shape: readonly number[]): number[] {
  return [...shape.slice(0, 2), ...poolWindows(node, shape).map((axis) => axis.output)];
}

/**
 * Outputs: the maximum of each window and where in the flat input it was (the first one, where several are equal). The
 * gradient goes to that place.
 */
export const maxPool: Op = {
  opType: 'MaxPool',
  outputsForGradient: 2,
  infer(inputs: InputTypes, node) {
    const { type, shape } = need(inputs, 0, node);
    if (intOf(node, 'storage_order', 0) !== 0) throw mismatch(node, 'column-major indices are not supported');
    const pooled = pooledShape(node, shape);
    return [
      { type, shape: pooled },
      { type: 'int64', shape: pooled },
    ];
  },
  evaluate(inputs: InputArrays, node) {
    const data = need(inputs, 0, node);
    const windows = poolWindows(node, data.shape);
    const shape = pooledShape(node, data.shape);
    const top = emptyArray(shape, data.type);
    const place = emptyArray(shape, 'int64');
    top.data.fill(Number.NEGATIVE_INFINITY);
    const inPlane = sizeOf(data.shape.slice(2));
    const outPlane = sizeOf(shape.slice(2));
    for (let plane = 0; plane * inPlane < data.data.length; plane++) {
      forEachTap(windows, (output, _, input) => {
        const value = data.data[plane * inPlane + input] ?? 0;
        if (value <= (top.data[plane * outPlane + output] ?? 0)) return;
        top.data[plane * outPlane + output] = value;
        place.data[plane * outPlane + output] = plane * inPlane + input;
      });
    }
    return [top, place];
  },
  gradient(scope) {
    const { emit, gradient, input, output, shape } = scope;
    if (emit.lowering === 'plain') return [maximaByTaps(scope)];
    const target = shape(input(0));
    const zero = emit.op('ConstantOfShape', [emit.ints([sizeOf(target)])]);
    const flat = (value: string) => emit.op('Reshape', [value, emit.ints([-1])]);
    const inputs = [zero, flat(output(1)), flat(gradient)];
    const sum = emit.op('ScatterElements', inputs, { axis: int(0), reduction: text('add') });
    return [emit.op('Reshape', [sum, emit.ints(target)])];
  },
};

/**
 * The gradient without knowing where the maxima were: each tap of the windows that equals the maximum, and is the first
 * that does, takes it; a transposed convolution with one filter per tap puts it back. As large as the image times the
 * kernel, so it is for engines only that do not give the places.
 */
function maximaByTaps({ emit, node, gradient, input, output, shape }: GradientScope): string {
  const target = shape(input(0));
  const windows = poolWindows(node, target);
  const [batch = 1, channels = 1, ...spatial] = shape(gradient);
  const slices = taps(emit, paddedImage(emit, input(0), windows), windows, [2, 3]);
  let left: string | undefined;
  const taken = slices.map((slice) => {
    const equal = emit.op('Cast', [emit.op('Equal', [slice, output(0)])], { to: int(1) });
    const taking = left === undefined ? equal : emit.op('Mul', [equal, left]);
    left = left === undefined ? emit.op('Sub', [emit.scalar(1), taking]) : emit.op('Sub', [left, taking]);
    const share = emit.op('Mul', [taking, gradient]);
    return emit.op('Reshape', [share, emit.ints([batch, channels, 1, ...spatial])]);
  });
  const count = slices.length;
  const joined = taken.length === 1 ? (taken[0] ?? '') : emit.op('Concat', taken, { axis: int(2) });
  const flat = emit.op('Reshape', [joined, emit.ints([batch * channels, count, ...spatial])]);
  const filters = new Float32Array(count * count);
  for (let tap = 0; tap < count; tap++) filters[tap * count + tap] = 1;
  const kernel = windows.map((axis) => axis.kernel);
  const places = emit.constant({ type: 'float32', shape: [count, 1, ...kernel], data: filters });
  // Channels count as images here: one group is what every engine runs.
  return emit.op('Reshape', [
    transposedConvolution(emit, { gradient: flat, filters: places, group: 1, windows }),
    emit.ints(target),
  ]);
}

/** Padded with the lowest number, so that every tap is inside and none of the padding is a maximum. */
function paddedImage(emit: Emitter, image: string, windows: readonly WindowAxis[]): string {
  const before = windows.map((axis) => axis.padBefore);
  const after = windows.map((axis) => Math.max(0, overhang(axis)));
  if ([...before, ...after].every((count) => count === 0)) return image;
  return emit.op('Pad', [image, emit.ints([0, 0, ...before, 0, 0, ...after]), emit.scalar(-3e38)]);
}

/** How many elements each window averages: all taps, or only those inside the image. */
export function divisors(node: Node, windows: readonly WindowAxis[]): Float64Array {
  const counts = new Float64Array(sizeOf(windows.map((axis) => axis.output)));
  // Padding that was asked for may count; what ceil_mode adds past it never does.
  const counted = windows.map((axis) => ({
    ...axis,
    input: axis.input + axis.padBefore + axis.padAfter,
    padBefore: 0,
  }));
  forEachTap(intOf(node, 'count_include_pad', 0) === 1 ? counted : windows, (output) => {
    counts[output] = (counts[output] ?? 0) + 1;
  });
  return counts;
}

export const averagePool: Op = {
  opType: 'AveragePool',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    return [{ type, shape: pooledShape(node, shape) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const windows = poolWindows(node, data.shape);
    const result = emptyArray(pooledShape(node, data.shape), data.type);
    const counts = divisors(node, windows);
    const inPlane = sizeOf(data.shape.slice(2));
    for (let plane = 0; plane * inPlane < data.data.length; plane++) {
      const out = result.data.subarray(plane * counts.length, (plane + 1) * counts.length);
      forEachTap(windows, (output, _, input) => {
        out[output] = (out[output] ?? 0) + (data.data[plane * inPlane + input] ?? 0) / (counts[output] ?? 1);
      });
    }
    return [result];
  },
  gradient({ emit, gradient, input, node, shape }) {
    const target = shape(input(0));
    const windows = poolWindows(node, target);
    const counts = divisors(node, windows);
    const spatial = windows.map((axis) => axis.output);
    const share = counts.every((count) => count === counts[0])
      ? emit.op('Div', [gradient, emit.scalar(counts[0] ?? 1)])
      : emit.op('Div', [
          gradient,
          emit.constant({ type: 'float32', shape: [1, 1, ...spatial], data: Float32Array.from(counts) }),
        ]);
    const tiles = windows.every(
      (a) => a.stride === a.kernel && a.dilation === 1 && a.padBefore === 0 && overhang(a) === 0,
    );
    return [tiles ? repeated(emit, share, target, windows) : spreadOut(emit, share, target, windows)];
  },
};

type Emit = Parameters<typeof transposedConvolution>[0];

/** Windows that tile the image: each gradient is repeated over its tile. */
function repeated(emit: Emit, share: string, target: readonly number[], windows: readonly WindowAxis[]): string {
  const lead = target.slice(0, 2);
  const single = emit.op('Reshape', [share, emit.ints([...lead, ...windows.flatMap((axis) => [axis.output, 1])])]);
  const wide = [...lead, ...windows.flatMap((axis) => [axis.output, axis.kernel])];
  return emit.op('Reshape', [emit.op('Expand', [single, emit.ints(wide)]), emit.ints(target)]);
}

function spreadOut(emit: Emit, share: string, target: readonly number[], windows: readonly WindowAxis[]): string {
  const channels = target[1] ?? 1;
  const shape = [channels, 1, ...windows.map((axis) => axis.kernel)];
  const ones = emit.constant({ type: 'float32', shape, data: new Float32Array(sizeOf(shape)).fill(1) });
  return transposedConvolution(emit, { gradient: share, filters: ones, group: channels, windows });
}

export const globalAveragePool: Op = {
  opType: 'GlobalAveragePool',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    return [{ type, shape: shape.map((extent, axis) => (axis < 2 ? extent : 1)) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const axes = data.shape.map((_, axis) => axis).slice(2);
    const count = sizeOf(data.shape.slice(2));
    const mean = map(sumOver(data, axes), (x) => x / count);
    return [reshaped(mean, mean.shape)];
  },
  gradient({ emit, gradient, input, shape }) {
    const target = shape(input(0));
    const share = emit.op('Div', [gradient, emit.scalar(sizeOf(target.slice(2)))]);
    return [emit.op('Expand', [share, emit.ints(target)])];
  },
};

/** The p-th root of a sum of p-th powers over windows. */
function normOf(emit: Emitter, x: string, node: Node, sum: (powers: string) => string): string {
  const p = intOf(node, 'p', 2);
  const powers = p === 2 ? emit.op('Mul', [x, x]) : emit.op('Pow', [emit.op('Abs', [x]), emit.scalar(p)]);
  const total = sum(powers);
  return p === 2 ? emit.op('Sqrt', [total]) : emit.op('Pow', [total, emit.scalar(1 / p)]);
}

const lpPool: Composition = (emit, node) => {
  if (intOf(node, 'ceil_mode', 0) === 1) throw mismatch(node, 'windows that reach past the end are not supported');
  const { p: _, ...attributes } = node.attributes;
  const size = sizeOf(intsOf(node, 'kernel_shape') ?? []);
  const sum = (powers: string) => {
    const mean = emit.op('AveragePool', [powers], { ...attributes, count_include_pad: int(1) });
    return emit.op('Mul', [mean, emit.scalar(size)]);
  };
  return [normOf(emit, need(node.inputs, 0, node), node, sum)];
};

function overImage(emit: Emitter, opType: string, value: string): string {
  const axes = emit.typeOf(value).shape.map((_, axis) => axis);
  return emit.op(opType, [value, emit.ints(axes.slice(2))], { keepdims: int(1) });
}

export const compositions: Readonly<Record<string, Composition>> = {
  GlobalMaxPool: (emit, node) => [overImage(emit, 'ReduceMax', need(node.inputs, 0, node))],
  LpPool: lpPool,
  GlobalLpPool: (emit, node) => [
    normOf(emit, need(node.inputs, 0, node), node, (powers) => overImage(emit, 'ReduceSum', powers)),
  ],
};
