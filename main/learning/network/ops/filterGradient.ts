import { int, ints } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { float32 } from '../tensor.ts';
import type { Emitter } from './op.ts';
import type { WindowAxis } from './window.ts';
import { overhang, reach, rowsAndColumns } from './window.ts';

/** Everything a filter gradient depends on: input and output gradient as [batch, channel, row, column]. */
export interface Filter {
  readonly input: string;
  readonly gradient: string;
  readonly windows: readonly WindowAxis[];
  readonly group: number;
  /** [output channels, input channels / group, kernel rows, kernel columns] */
  readonly shape: readonly [number, number, number, number];
}

function channels(emit: Emitter, value: string, from: number, to: number): string {
  return emit.op('Slice', [value, emit.ints([from]), emit.ints([to]), emit.ints([1])]);
}

/** The input as each kernel tap sees it: `kernel` shifted, strided slices; `axes` are its row and column axis. */
export function taps(
  emit: Emitter,
  padded: string,
  windows: readonly WindowAxis[],
  axes: readonly [number, number],
): string[] {
  const [rows, columns] = rowsAndColumns(windows);
  const strides = [rows.stride, columns.stride];
  const slices: string[] = [];
  for (let i = 0; i < rows.kernel; i++) {
    for (let j = 0; j < columns.kernel; j++) {
      const starts = [i * rows.dilation, j * columns.dilation];
      const ends = [rows, columns].map((axis, k) => (starts[k] ?? 0) + axis.stride * (axis.output - 1) + 1);
      slices.push(emit.op('Slice', [padded, emit.ints(starts), emit.ints(ends), emit.ints(axes), emit.ints(strides)]));
    }
  }
  return slices;
}

/** Zero padding so that every tap of every window is inside; `axes` as in `taps`. */
function padded(emit: Emitter, value: string, windows: readonly WindowAxis[], axes: readonly [number, number]): string {
  const before = [0, 0, 0, 0];
  const after = [0, 0, 0, 0];
  windows.forEach((axis, k) => {
    before[axes[k] ?? 0] = axis.padBefore;
    after[axes[k] ?? 0] = Math.max(0, overhang(axis));
  });
  if ([...before, ...after].every((count) => count === 0)) return value;
  return emit.op('Pad', [value, emit.ints([...before, ...after])]);
}

function isPointwise(windows: readonly WindowAxis[]): boolean {
  return windows.every(
    (axis) => axis.kernel === 1 && axis.stride === 1 && axis.padBefore === 0 && overhang(axis) === 0,
  );
}

/**
 * A 1x1 convolution is a matrix product: for few channels on large images one product per image, summed, which moves
 * nothing; for many channels those sums would be larger than the images, and whole planes are moved into one Gemm.
 */
function pointwise(emit: Emitter, { input, gradient, shape }: Filter): string {
  const [outputs, inputs] = shape;
  const [batch = 1, , rows = 1, columns = 1] = emit.typeOf(input).shape;
  const pixels = rows * columns;
  if (2 * outputs * inputs <= pixels * (outputs + inputs)) {
    const left = emit.op('Reshape', [gradient, emit.ints([batch, outputs, pixels])]);
    const image = emit.op('Reshape', [input, emit.ints([batch, inputs, pixels])]);
    const products = emit.op('MatMul', [left, emit.op('Transpose', [image], { perm: ints([0, 2, 1]) })]);
    return emit.op('Reshape', [
      emit.op('ReduceSum', [products, emit.ints([0])], { keepdims: int(0) }),
      emit.ints(shape),
    ]);
  }
  const first = { perm: ints([1, 0, 2, 3]) };
  const factors = [gradient, input].map((value, i) =>
    emit.op('Reshape', [emit.op('Transpose', [value], first), emit.ints([i === 0 ? outputs : inputs, -1])]),
  );
  return emit.op('Reshape', [emit.op('Gemm', factors, { transB: int(1) }), emit.ints(shape)]);
}

/**
 * One Gemm of the output gradient with the concatenated taps, channels last: every tap is then a contiguous run of
 * channels, which copies fast and feeds the matrix product without another transpose.
 */
function dense(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, rows, columns] = shape;
  const last = { perm: ints([0, 2, 3, 1]) };
  const left = emit.op('Reshape', [emit.op('Transpose', [gradient], last), emit.ints([-1, outputs])]);
  const image = padded(emit, emit.op('Transpose', [input], last), windows, [1, 2]);
  const slices = taps(emit, image, windows, [1, 2]);
  const parts = slices.map((slice) => emit.op('Reshape', [slice, emit.ints([-1, inputs])]));
  const matrix = parts.length === 1 ? (parts[0] ?? image) : emit.op('Concat', parts, { axis: int(1) });
  const product = emit.op('Gemm', [left, matrix], { transA: int(1) });
  if (rows * columns === 1) return emit.op('Reshape', [product, emit.ints(shape)]);
  const filters = emit.op('Reshape', [product, emit.ints([outputs, rows, columns, inputs])]);
  return emit.op('Transpose', [filters], { perm: ints([0, 3, 1, 2]) });
}

/**
 * The same at stride 1 with less copying. Kernel columns shift the input, kernel rows shift the output gradient: one
 * Gemm of [kernel rows x outputs] by [kernel columns x inputs] gives every tap, from kr + kc shifted copies instead of
 * kr * kc. It multiplies (rows + kr - 1) / rows times as much, so it pays on tall images only; there, [channel, batch,
 * row, column] is the cheaper layout: all copies are of whole rows or planes, and none moves single elements.
 */
function shifted(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, kernelRows, kernelColumns] = shape;
  const [rows, columns] = rowsAndColumns(windows);
  const first = { perm: ints([1, 0, 2, 3]) };
  const image = padded(emit, emit.op('Transpose', [input], first), windows, [2, 3]);
  const gradients = emit.op('Transpose', [gradient], first);
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

/** Extra multiplications of `shifted` that its saved copies outweigh, measured on two cores. */
const worthShifting = 1.15;

/** Likewise for `byPhase`. */
const worthRounding = 1.4;

function isShiftable(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  if (rows.stride !== 1 || columns.stride !== 1 || rows.kernel === 1 || columns.kernel === 1) return false;
  return (rows.output + reach(rows) - 1) / rows.output <= worthShifting;
}

/**
 * A strided convolution is one of stride 1 over the stride * stride phases of the image, whose filters are rounded up
 * to whole strides. For few channels and large kernels (the first layer of a ResNet) that replaces many copies of very
 * short runs; for small kernels the rounding costs too much.
 */
function byPhase(emit: Emitter, filter: Filter): string {
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
  const wide = shifted(emit, {
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

function isPhased(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  const isPlain = rows.stride === columns.stride && rows.stride > 1 && rows.dilation * columns.dilation === 1;
  const rounded = ({ kernel, stride }: WindowAxis) => (Math.ceil(kernel / stride) * stride) / kernel;
  return isPlain && rounded(rows) * rounded(columns) <= worthRounding && rows.kernel > rows.stride;
}

function whole(emit: Emitter, filter: Filter): string {
  if (isPointwise(filter.windows)) return pointwise(emit, filter);
  if (isPhased(filter.windows)) return byPhase(emit, filter);
  return isShiftable(filter.windows) ? shifted(emit, filter) : dense(emit, filter);
}

/** Widest output of a stride 1 for which whole products of rows are cheaper than one pass per tap; measured. */
const widestRows = 48;

function isNarrow(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  return columns.output <= widestRows || rows.stride * columns.stride > 1;
}

/**
 * One filter per channel, by matrix products: for each kernel row, the rows of the image that it sees times the rows of
 * the output gradient gives every pair of columns, of which the taps are diagonals. That multiplies far too much, but
 * it passes over the image once for each kernel row instead of several times for each tap.
 */
function depthwiseByRows(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [rows, columns] = rowsAndColumns(windows);
  const [channelCount] = shape;
  const first = { perm: ints([1, 0, 2, 3]) };
  const image = padded(emit, emit.op('Transpose', [input], first), windows, [2, 3]);
  const batch = emit.typeOf(gradient).shape[0] ?? 1;
  const width = emit.typeOf(image).shape[3] ?? 1;
  const height = batch * rows.output;
  const right = emit.op('Reshape', [
    emit.op('Transpose', [gradient], first),
    emit.ints([channelCount, height, columns.output]),
  ]);
  const diagonals = emit.constant(diagonalsOf(columns, width));
  const parts = Array.from({ length: rows.kernel }, (_, i) => {
    const start = i * rows.dilation;
    const end = start + rows.stride * (rows.output - 1) + 1;
    const seen = emit.op('Slice', [
      image,
      emit.ints([start]),
      emit.ints([end]),
      emit.ints([2]),
      emit.ints([rows.stride]),
    ]);
    const left = emit.op('Reshape', [seen, emit.ints([channelCount, height, width])]);
    const pairs = emit.op('MatMul', [emit.op('Transpose', [left], { perm: ints([0, 2, 1]) }), right]);
    return emit.op('MatMul', [emit.op('Reshape', [pairs, emit.ints([channelCount, -1])]), diagonals]);
  });
  const joined = parts.length === 1 ? (parts[0] ?? '') : emit.op('Concat', parts, { axis: int(1) });
  return emit.op('Reshape', [joined, emit.ints(shape)]);
}

/** Narrowest output of a strided convolution for which `depthwiseByImage` is cheaper than products of rows; measured. */
const narrowestImages = 24;

function isWideAndStrided(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  return rows.stride * columns.stride > 1 && columns.output >= narrowestImages;
}

/**
 * One filter per channel, as a convolution whose images are the channels, whose channels are the batch and whose kernels
 * are the output gradients, spread by the stride.
 */
function depthwiseByImage(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const first = { perm: ints([1, 0, 2, 3]) };
  const [batch = 1, channelCount = 1, ...extents] = emit.typeOf(input).shape;
  const images = emit.op('Transpose', [input], first);
  const image = emit.op('Reshape', [images, emit.ints([1, channelCount * batch, ...extents])]);
  const wide = emit.op('Conv', [image, emit.op('Transpose', [gradient], first)], {
    kernel_shape: ints(windows.map((axis) => axis.output)),
    dilations: ints(windows.map((axis) => axis.stride)),
    strides: ints(windows.map((axis) => axis.dilation)),
    pads: ints([...windows.map((axis) => axis.padBefore), ...windows.map((axis) => Math.max(0, overhang(axis)))]),
    group: int(channelCount),
  });
  const [, , kernelRows, kernelColumns] = shape;
  // Where the image has a tail that no window sees, there are taps too many.
  const taken = emit.op('Slice', [wide, emit.ints([0, 0]), emit.ints([kernelRows, kernelColumns]), emit.ints([2, 3])]);
  return emit.op('Reshape', [taken, emit.ints(shape)]);
}

/** [image columns x output columns, taps]: 1 where a tap of the kernel joins the two columns. */
function diagonalsOf(columns: WindowAxis, width: number): Tensor {
  const data = new Float32Array(width * columns.output * columns.kernel);
  for (let j = 0; j < columns.kernel; j++)
    for (let w = 0; w < columns.output; w++) {
      const seen = w * columns.stride + j * columns.dilation;
      data[(seen * columns.output + w) * columns.kernel + j] = 1;
    }
  return float32([width * columns.output, columns.kernel], data);
}

/** One input channel per group: a product and a sum per tap. */
function depthwise(emit: Emitter, { input, gradient, windows, group, shape }: Filter): string {
  const batch = emit.typeOf(gradient).shape[0] ?? 1;
  const spatial = windows.map((axis) => axis.output);
  const each = shape[0] / group;
  const left = emit.op('Reshape', [gradient, emit.ints([batch, group, each, ...spatial])]);
  const sums = taps(emit, padded(emit, input, windows, [2, 3]), windows, [2, 3]).map((tap) => {
    const right = emit.op('Reshape', [tap, emit.ints([batch, group, 1, ...spatial])]);
    const sum = emit.op('ReduceSum', [emit.op('Mul', [left, right]), emit.ints([0, 3, 4])], { keepdims: int(0) });
    return emit.op('Reshape', [sum, emit.ints([shape[0], 1])]);
  });
  return emit.op('Reshape', [emit.op('Concat', sums, { axis: int(1) }), emit.ints(shape)]);
}

/** Gradient of a convolution with respect to its filters, written with standard operators. */
export function filterGradient(emit: Emitter, filter: Filter): string {
  const { input, gradient, group, shape, windows } = filter;
  if (group === 1) return whole(emit, filter);
  const isSingle = shape[1] === 1 && shape[0] === group;
  if (isSingle && isWideAndStrided(windows)) return depthwiseByImage(emit, filter);
  if (isSingle && isNarrow(windows)) return depthwiseByRows(emit, filter);
  if (shape[1] === 1) return depthwise(emit, filter);
  const each = shape[0] / group;
  const parts = Array.from({ length: group }, (_, g) =>
    whole(emit, {
      ...filter,
      input: channels(emit, input, g * shape[1], (g + 1) * shape[1]),
      gradient: channels(emit, gradient, g * each, (g + 1) * each),
      group: 1,
      shape: [each, shape[1], shape[2], shape[3]],
    }),
  );
  return emit.op('Concat', parts, { axis: int(0) });
}
