import { int, ints } from '../graph.ts';
import type { Emitter } from './op.ts';
import type { WindowAxis } from './window.ts';
import { overhang, rowsAndColumns } from './window.ts';

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
function taps(
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

/**
 * One Gemm of the output gradient with the concatenated taps, channels last: every tap is then a contiguous run of
 * channels, which copies fast and feeds the matrix product without another transpose.
 */
function dense(emit: Emitter, { input, gradient, windows, shape }: Filter): string {
  const [outputs, inputs, rows, columns] = shape;
  const last = { perm: ints([0, 2, 3, 1]) };
  const left = emit.op('Reshape', [emit.op('Transpose', [gradient], last), emit.ints([-1, outputs])]);
  const image = padded(emit, emit.op('Transpose', [input], last), windows, [1, 2]);
  const simple = windows.every((axis) => axis.kernel === 1 && axis.stride === 1);
  const slices = simple ? [image] : taps(emit, image, windows, [1, 2]);
  const parts = slices.map((slice) => emit.op('Reshape', [slice, emit.ints([-1, inputs])]));
  const matrix = parts.length === 1 ? (parts[0] ?? image) : emit.op('Concat', parts, { axis: int(1) });
  const product = emit.op('Gemm', [left, matrix], { transA: int(1) });
  if (rows * columns === 1) return emit.op('Reshape', [product, emit.ints(shape)]);
  const filters = emit.op('Reshape', [product, emit.ints([outputs, rows, columns, inputs])]);
  return emit.op('Transpose', [filters], { perm: ints([0, 3, 1, 2]) });
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
  const { input, gradient, group, shape } = filter;
  if (group === 1) return dense(emit, filter);
  if (shape[1] === 1) return depthwise(emit, filter);
  const each = shape[0] / group;
  const parts = Array.from({ length: group }, (_, g) =>
    dense(emit, {
      ...filter,
      input: channels(emit, input, g * shape[1], (g + 1) * shape[1]),
      gradient: channels(emit, gradient, g * each, (g + 1) * each),
      group: 1,
      shape: [each, shape[1], shape[2], shape[3]],
    }),
  );
  return emit.op('Concat', parts, { axis: int(0) });
}
