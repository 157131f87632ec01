import { int, ints } from '../../graph.ts';
import { int64s } from '../../tensor.ts';
import type { Emitter } from '../op.ts';
import { type Filter, padded, taps } from './filter.ts';
import type { WindowAxis } from './window.ts';
import { overhang, reach, rowsAndColumns } from './window.ts';

const planesFirst = { perm: ints([1, 0, 2, 3]) };
const channelsLast = { perm: ints([0, 2, 3, 1]) };

export function isPointwise(windows: readonly WindowAxis[]): boolean {
  return windows.every(
    (axis) => axis.kernel === 1 && axis.stride === 1 && axis.padBefore === 0 && overhang(axis) === 0,
  );
}

/** Sums of a product per image are larger than the images themselves where there are many channels and few pixels. */
export function isLarge([outputs, inputs]: Filter['shape'], windows: readonly WindowAxis[]): boolean {
  const pixels = windows.reduce((product, axis) => product * axis.input, 1);
  return 2 * outputs * inputs <= pixels * (outputs + inputs);
}

/** A 1x1 convolution is a matrix product: one per image, summed, which moves nothing. */
export function perImage(emit: Emitter, { input, gradient, shape }: Filter): string {
  const [outputs, inputs] = shape;
  const [batch = 1, , rows = 1, columns = 1] = emit.typeOf(input).shape;
  const pixels = rows * columns;
  const left = emit.op('Reshape', [gradient, emit.ints([batch, outputs, pixels])]);
  const image = emit.op('Reshape', [input, emit.ints([batch, inputs, pixels])]);
  const products = emit.op('MatMul', [left, emit.op('Transpose', [image], { perm: ints([0, 2, 1]) })]);
  const sum = emit.op('ReduceSum', [products, emit.ints([0])], { keepdims: int(0) });
  return emit.op('Reshape', [sum, emit.ints(shape)]);
}

/** A 1x1 convolution as one matrix product of whole planes, which are moved for it. */
export function byPlanes(emit: Emitter, { input, gradient, shape }: Filter): string {
  const [outputs, inputs] = shape;
  const factors = [gradient, input].map((value, i) =>
    emit.op('Reshape', [emit.op('Transpose', [value], planesFirst), emit.ints([i === 0 ? outputs : inputs, -1])]),
  );
  return emit.op('Reshape', [emit.op('Gemm', factors, { transB: int(1) }), emit.ints(shape)]);
}

/**
 * One Gemm of the output gradient with the concatenated taps, channels last: every tap is then a contiguous run of
 * channels, which copies fast and feeds the matrix product without another transpose.
 */
export function byTaps(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, rows, columns] = shape;

  const left = emit.op('Reshape', [emit.op('Transpose', [gradient], channelsLast), emit.ints([-1, outputs])]);
  const image = padded(emit, emit.op('Transpose', [input], channelsLast), windows, [1, 2]);
  const slices = taps(emit, image, windows, [1, 2]);
  const parts = slices.map((slice) => emit.op('Reshape', [slice, emit.ints([-1, inputs])]));
  const matrix = parts.length === 1 ? (parts[0] ?? image) : emit.op('Concat', parts, { axis: int(1) });
  const product = emit.op('Gemm', [left, matrix], { transA: int(1) });
  if (rows * columns === 1) return emit.op('Reshape', [product, emit.ints(shape)]);
  const filters = emit.op('Reshape', [product, emit.ints([outputs, rows, columns, inputs])]);
  return emit.op('Transpose', [filters], { perm: ints([0, 3, 1, 2]) });
}

/** Where in a padded plane each output pixel sees each tap: [output rows * output columns * taps], taps fastest. */
function seenPixels(windows: readonly WindowAxis[], width: number): number[] {
  const [rows, columns] = rowsAndColumns(windows);
  const seen: number[] = [];
  for (let row = 0; row < rows.output; row++)
    for (let column = 0; column < columns.output; column++)
      for (let i = 0; i < rows.kernel; i++)
        for (let j = 0; j < columns.kernel; j++)
          seen.push((row * rows.stride + i * rows.dilation) * width + column * columns.stride + j * columns.dilation);
  return seen;
}

/** As `byTaps`, but the taps are gathered by a list of pixels: every element is copied once instead of twice. */
export function byGathering(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, rows, columns] = shape;
  const left = emit.op('Reshape', [emit.op('Transpose', [gradient], planesFirst), emit.ints([outputs, -1])]);
  const image = padded(emit, emit.op('Transpose', [input], channelsLast), windows, [1, 2]);
  const [batch = 1, height = 1, width = 1] = emit.typeOf(image).shape;
  const pixels = emit.op('Reshape', [image, emit.ints([batch, height * width, inputs])]);
  const seen = emit.op('Gather', [pixels, emit.constant(int64s(seenPixels(windows, width)))], { axis: int(1) });
  const matrix = emit.op('Reshape', [seen, emit.ints([-1, rows * columns * inputs])]);
  const product = emit.op('Reshape', [emit.op('Gemm', [left, matrix]), emit.ints([outputs, rows, columns, inputs])]);
  return emit.op('Transpose', [product], { perm: ints([0, 3, 1, 2]) });
}

/**
 * At stride 1 with less copying than `byTaps`. Kernel columns shift the input, kernel rows shift the output gradient: one
 * Gemm of [kernel rows x outputs] by [kernel columns x inputs] gives every tap, from kr + kc shifted copies instead of
 * kr * kc. It multiplies (rows + kr - 1) / rows times as much, so it pays on tall images only; there, [channel, batch,
 * row, column] is the cheaper layout: all copies are of whole rows or planes, and none moves single elements.
 */
export function byShifting(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, kernelRows, kernelColumns] = shape;
  const [rows, columns] = rowsAndColumns(windows);
  const image = padded(emit, emit.op('Transpose', [input], planesFirst), windows, [2, 3]);
  const gradients = emit.op('Transpose', [gradient], planesFirst);
  const byColumn = Array.from({ length: kernelColumns }, (_, j) => {
    const start = j * columns.dilation;
    const height = rows.output + reach(rows) - 1;
    const end = [height, start + columns.output];
    return emit.op('Slice', [image, emit.ints([0, start]), emit.ints(end), emit.ints([2, 3])]);
  });
  const byRow = Array.from({ length: kernelRows }, (_, i) => {
    const above = i * rows.dilation;
    const below = (kernelRows - 1 - i) * rows.dilation;
    return emit.op('Pad', [gradients, emit.ints([0, 0, above, 0, 0, 0, below, 0])]);
  });
  const matrix = (parts: readonly string[], height: number) =>
    emit.op('Reshape', [emit.op('Concat', parts, { axis: int(0) }), emit.ints([height, -1])]);
  const factors = [matrix(byRow, kernelRows * outputs), matrix(byColumn, kernelColumns * inputs)];
  const product = emit.op('Gemm', factors, { transB: int(1) });
  const filters = emit.op('Reshape', [product, emit.ints([kernelRows, outputs, kernelColumns, inputs])]);
  return emit.op('Transpose', [filters], { perm: ints([1, 3, 0, 2]) });
}

/** Extra multiplications of `byShifting` that its saved copies outweigh, measured on two cores. */
const worthShifting = 1.15;

/** Likewise for `byPhases`. */
const worthRounding = 1.4;

/** Whether `byShifting` can write it. */
export function isUnitStride(windows: readonly WindowAxis[]): boolean {
  return windows.every((axis) => axis.stride === 1);
}

/** Whether it pays. */
export function isShiftable(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  if (!isUnitStride(windows) || rows.kernel === 1 || columns.kernel === 1) return false;
  return (rows.output + reach(rows) - 1) / rows.output <= worthShifting;
}

/**
 * A strided convolution is one of stride 1 over the stride * stride phases of the image, whose filters are rounded up
 * to whole strides. For few channels and large kernels (the first layer of a ResNet) that replaces many copies of very
 * short runs; for small kernels the rounding costs too much.
 */
export function byPhases(emit: Emitter, filter: Filter): string {
  const { input, windows, shape } = filter;
  const [outputs, inputs, kernelRows, kernelColumns] = shape;
  const [{ stride }] = rowsAndColumns(windows);
  const phases = windows.map((axis): WindowAxis => {
    const kernel = Math.ceil(axis.kernel / stride);
    return { ...axis, input: axis.output + kernel - 1, kernel, stride: 1, padBefore: 0, padAfter: 0 };
  });
  const before = windows.map((axis) => axis.padBefore);
  const after = windows.map((axis, k) => (phases[k]?.input ?? 0) * stride - axis.input - axis.padBefore);
  const whole = emit.op('Pad', [input, emit.ints([0, 0, ...before, 0, 0, ...after])]);
  const image = emit.op('SpaceToDepth', [whole], { blocksize: int(stride) });
  const kernels = phases.map((axis) => axis.kernel);
  const [rows = 1, columns = 1] = kernels;
  const wide = byShifting(emit, {
    ...filter,
    input: image,
    windows: phases,
    shape: [outputs, stride ** 2 * inputs, rows, columns],
  });
  const split = emit.op('Reshape', [wide, emit.ints([outputs, stride, stride, inputs, rows, columns])]);
  const joined = emit.op('Transpose', [split], { perm: ints([0, 3, 4, 1, 5, 2]) });
  const rounded = emit.op('Reshape', [joined, emit.ints([outputs, inputs, rows * stride, columns * stride])]);
  return emit.op('Slice', [rounded, emit.ints([0, 0]), emit.ints([kernelRows, kernelColumns]), emit.ints([2, 3])]);
}

export function isPhased(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  const isPlain = rows.stride === columns.stride && rows.stride > 1 && rows.dilation * columns.dilation === 1;
  const rounded = ({ kernel, stride }: WindowAxis) => (Math.ceil(kernel / stride) * stride) / kernel;
  return isPlain && rounded(rows) * rounded(columns) <= worthRounding && rows.kernel > rows.stride;
}
