import { int, ints } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { float32 } from '../../tensor.ts';
import type { Emitter } from '../op.ts';
import { blockedOp, toBlocked, toPlain } from './blocked.ts';
import { type Filter, padded, taps } from './filter.ts';
import type { WindowAxis } from './window.ts';
import { overhang, rowsAndColumns } from './window.ts';

/** Widest output of a stride 1 for which whole products of rows are cheaper than one pass per tap; measured. */
const widestRows = 48;

export function isNarrow(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  return columns.output <= widestRows || rows.stride * columns.stride > 1;
}

/**
 * One filter per channel, by matrix products: for each kernel row, the rows of the image that it sees times the rows of
 * the output gradient gives every pair of columns, of which the taps are diagonals. That multiplies far too much, but
 * it passes over the image once for each kernel row instead of several times for each tap.
 */
export function channelwiseByRows(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
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

/** Narrowest output of a strided convolution for which `channelwiseByImage` is cheaper than products of rows; measured. */
const narrowestImages = 24;

export function isWideAndStrided(windows: readonly WindowAxis[]): boolean {
  const [rows, columns] = rowsAndColumns(windows);
  return rows.stride * columns.stride > 1 && columns.output >= narrowestImages;
}

/**
 * One filter per channel, as a convolution whose images are the channels, whose channels are the batch and whose kernels
 * are the output gradients, spread by the stride.
 */
export function channelwiseByImage(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
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
export function channelwiseByTaps(emit: Emitter, { input, gradient, windows, group, shape }: Filter): string {
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

/**
 * As `channelwiseByImage`, in blocks of channels: every plane of every image is a channel of its own, whose kernel is its
 * output gradient. Their results are summed over the images.
 */
export function channelwiseByBlocks(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [batch = 1, channelCount = 1, ...extents] = emit.typeOf(input).shape;
  const planes = batch * channelCount;
  const image = emit.op('Reshape', [toBlocked(emit, input), emit.ints([1, planes, ...extents])]);
  const outputs = windows.map((axis) => axis.output);
  const kernels = emit.op('Reshape', [toBlocked(emit, gradient), emit.ints([planes, 1, ...outputs])]);
  const wide = blockedOp(emit, 'Conv', [image, kernels], {
    kernel_shape: ints(outputs),
    dilations: ints(windows.map((axis) => axis.stride)),
    strides: ints(windows.map((axis) => axis.dilation)),
    pads: ints([...windows.map((axis) => axis.padBefore), ...windows.map((axis) => Math.max(0, overhang(axis)))]),
    group: int(planes),
  });
  const [, , kernelRows, kernelColumns] = shape;
  const [, , rows = 1, columns = 1] = emit.typeOf(wide).shape;
  const each = emit.op('Reshape', [toPlain(emit, wide), emit.ints([batch, channelCount, 1, rows, columns])]);
  const sum = emit.op('ReduceSum', [each, emit.ints([0])], { keepdims: int(0) });
  if (rows === kernelRows && columns === kernelColumns) return sum;
  // Where the image has a tail that no window sees, there are taps too many.
  return emit.op('Slice', [sum, emit.ints([0, 0]), emit.ints([kernelRows, kernelColumns]), emit.ints([2, 3])]);
}
