import { AppError } from '../../../../domain/errors.ts';
import type { WindowAxis } from '../../../network/ops/convolution/window.ts';
import { rowsAndColumns } from '../../../network/ops/convolution/window.ts';
import { divisors, poolWindows } from '../../../network/ops/pooling.ts';
import type { TensorFlow, TfImage, TfTensor } from '../api.ts';
import { inputOf, type Kernel } from '../call.ts';
import { Value } from '../value.ts';
import { paddedImage } from './convolution.ts';

/** Lower than anything in an image. */
const lowest = -3.4e38;

/** The image as each tap of the windows sees it. */
function taps(tf: TensorFlow, padded: TfImage, windows: readonly WindowAxis[]): TfTensor[] {
  const [rows, columns] = rowsAndColumns(windows);
  const [batch, , , channels] = padded.shape;
  const seen: TfTensor[] = [];
  for (let i = 0; i < rows.kernel; i++)
    for (let j = 0; j < columns.kernel; j++) {
      const start = [0, i * rows.dilation, j * columns.dilation, 0];
      const ends = [rows, columns].map((axis, k) => (start[k + 1] ?? 0) + (axis.output - 1) * axis.stride + 1);
      const end = [batch, ...ends, channels];
      seen.push(tf.stridedSlice(padded, start, end, [1, rows.stride, columns.stride, 1]));
    }
  return seen;
}

/** Windows without gaps are pooled by TensorFlow; others tap by tap. */
function isDense(windows: readonly WindowAxis[]): boolean {
  return windows.every(({ dilation }) => dilation === 1);
}

const sizes = (windows: readonly WindowAxis[]) => {
  const [rows, columns] = rowsAndColumns(windows);
  return {
    kernel: [rows.kernel, columns.kernel] as [number, number],
    strides: [rows.stride, columns.stride] as [number, number],
  };
};

const maxPool: Kernel = (call) => {
  const { tf, node } = call;
  if (node.outputs[1] !== undefined)
    throw new AppError('unsupported-operator', 'TensorFlow does not say where the maxima of a pooling are.');
  const x = inputOf(call, 0);
  const windows = poolWindows(node, x.shape);
  const image = paddedImage(tf, x.as('last'), windows, lowest);
  const { kernel, strides } = sizes(windows);
  const result = isDense(windows)
    ? tf.maxPool(image, kernel, strides, 'valid')
    : taps(tf, image, windows).reduce((a, b) => tf.maximum(a, b));
  return [Value.ofLast(tf, result)];
};

const averagePool: Kernel = (call) => {
  const { tf, node } = call;
  const x = inputOf(call, 0);
  const windows = poolWindows(node, x.shape);
  const image = paddedImage(tf, x.as('last'), windows);
  const { kernel, strides } = sizes(windows);
  const counts = divisors(node, windows);
  const all = kernel[0] * kernel[1];
  const sums = isDense(windows)
    ? tf.mul(tf.avgPool(image, kernel, strides, 'valid'), all)
    : taps(tf, image, windows).reduce((a, b) => tf.add(a, b));
  const isEven = counts.every((count) => count === counts[0]);
  const divisor = isEven
    ? tf.scalar(counts[0] ?? 1)
    : tf.tensor(Float32Array.from(counts), [1, ...windows.map(({ output }) => output), 1]);
  return [Value.ofLast(tf, tf.div(sums, divisor))];
};

const globalAveragePool: Kernel = (call) => {
  const { tf } = call;
  const x = inputOf(call, 0);
  if (x.isLast) return [Value.ofLast(tf, tf.mean(x.as('last'), [1, 2], true))];
  const axes = x.shape.map((_, axis) => axis).slice(2);
  return [Value.of(tf, tf.mean(x.plain(), axes, true))];
};

export const poolings: Readonly<Record<string, Kernel>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
};
