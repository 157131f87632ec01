import type { Node } from '../../graph.ts';
import { intOf, intsOf, textOf } from '../../graph.ts';
import { mismatch } from '../op.ts';

/** How a kernel moves along one spatial axis; lengths in elements. */
export interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly padAfter: number;
  readonly output: number;
}

/** Length that the dilated kernel covers. */
export function reach({ kernel, dilation }: Pick<WindowAxis, 'kernel' | 'dilation'>): number {
  return dilation * (kernel - 1) + 1;
}

/**
 * How far the last window reaches past the end of the input; negative where the input's tail is never visited. It is
 * the padding that turns "the windows of this input" into an exact tiling, whatever padding and rounding were declared.
 */
export function overhang(axis: WindowAxis): number {
  return (axis.output - 1) * axis.stride + reach(axis) - axis.padBefore - axis.input;
}

function samePads(input: number, stride: number, covered: number, upper: boolean): readonly [number, number] {
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + covered - input);
  const small = Math.floor(total / 2);
  return upper ? [small, total - small] : [total - small, small];
}

function outputOf(axis: Omit<WindowAxis, 'output'>, roundUp: boolean): number {
  const room = axis.input + axis.padBefore + axis.padAfter - reach(axis);
  if (!roundUp) return Math.floor(room / axis.stride) + 1;
  const output = Math.ceil(room / axis.stride) + 1;
  // A window that would start in the padding after the input is left out (ONNX MaxPool, as in PyTorch).
  return (output - 1) * axis.stride >= axis.input + axis.padBefore ? output - 1 : output;
}

/** The windows of Conv and of the pooling operators over [batch, channel, ...spatial]. */
export function windowsOf(node: Node, shape: readonly number[], kernel: readonly number[]): WindowAxis[] {
  const spatial = shape.slice(2);
  if (spatial.length !== 2 || kernel.length !== 2) throw mismatch(node, 'only two-dimensional images are supported');
  const strides = intsOf(node, 'strides');
  const dilations = intsOf(node, 'dilations');
  const pads = intsOf(node, 'pads');
  const autoPad = textOf(node, 'auto_pad', 'NOTSET');
  return spatial.map((input, i) => {
    const base = { input, kernel: kernel[i] ?? 1, stride: strides?.[i] ?? 1, dilation: dilations?.[i] ?? 1 };
    const given = [pads?.[i] ?? 0, pads?.[i + spatial.length] ?? 0] as const;
    const same = autoPad.startsWith('SAME');
    const [padBefore, padAfter] = same ? samePads(input, base.stride, reach(base), autoPad === 'SAME_UPPER') : given;
    const axis = { ...base, padBefore, padAfter };
    const output = outputOf(axis, intOf(node, 'ceil_mode', 0) === 1);
    if (output < 1) throw mismatch(node, `the image (${spatial.join(' x ')}) is smaller than the kernel`);
    return { ...axis, output };
  });
}

/** The two axes of a window list, row axis first. */
export function rowsAndColumns(windows: readonly WindowAxis[]): readonly [WindowAxis, WindowAxis] {
  const [rows, columns] = windows;
  if (rows === undefined || columns === undefined) throw new Error('two spatial axes expected');
  return [rows, columns];
}

/** Calls `visit(output position, kernel position, input position)` for each tap inside the image, in one plane. */
export function forEachTap(
  windows: readonly WindowAxis[],
  visit: (output: number, kernel: number, input: number) => void,
): void {
  const [rows, columns] = rowsAndColumns(windows);
  for (let outRow = 0; outRow < rows.output; outRow++) {
    for (let outColumn = 0; outColumn < columns.output; outColumn++) {
      for (let i = 0; i < rows.kernel; i++) {
        const row = outRow * rows.stride + i * rows.dilation - rows.padBefore;
        if (row < 0 || row >= rows.input) continue;
        for (let j = 0; j < columns.kernel; j++) {
          const column = outColumn * columns.stride + j * columns.dilation - columns.padBefore;
          if (column < 0 || column >= columns.input) continue;
          visit(outRow * columns.output + outColumn, i * columns.kernel + j, row * columns.input + column);
        }
      }
    }
  }
}

/** The taps of one plane as three lists of equal length: for kernels that go over many planes. */
export function tapLists(windows: readonly WindowAxis[]): readonly [Int32Array, Int32Array, Int32Array] {
  const lists: readonly [number[], number[], number[]] = [[], [], []];
  forEachTap(windows, (output, kernel, input) => {
    lists[0].push(output);
    lists[1].push(kernel);
    lists[2].push(input);
  });
  return [Int32Array.from(lists[0]), Int32Array.from(lists[1]), Int32Array.from(lists[2])];
}
