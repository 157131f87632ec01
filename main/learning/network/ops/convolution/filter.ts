import type { Emitter } from '../op.ts';
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
export function padded(
  emit: Emitter,
  value: string,
  windows: readonly WindowAxis[],
  axes: readonly [number, number],
): string {
  const before = [0, 0, 0, 0];
  const after = [0, 0, 0, 0];
  windows.forEach((axis, k) => {
    before[axes[k] ?? 0] = axis.padBefore;
    after[axes[k] ?? 0] = Math.max(0, overhang(axis));
  });
  if ([...before, ...after].every((count) => count === 0)) return value;
  return emit.op('Pad', [value, emit.ints([...before, ...after])]);
}
