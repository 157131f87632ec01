import { geometry, transposedGeometry } from '../../../network/ops/convolution/conv.ts';
import type { WindowAxis } from '../../../network/ops/convolution/window.ts';
import { overhang, reach, rowsAndColumns } from '../../../network/ops/convolution/window.ts';
import type { TensorFlow, TfImage, TfTensor } from '../api.ts';
import { type Call, inputOf, type Kernel } from '../call.ts';
import { Value } from '../value.ts';

type Pair = readonly [rows: number, columns: number];

const pairOf = (windows: readonly WindowAxis[], key: 'stride' | 'dilation'): Pair => {
  const [rows, columns] = rowsAndColumns(windows);
  return [rows[key], columns[key]];
};

/** More groups than this are not run one by one. */
const fewGroups = 8;

/** The padding of every window written out: libtensorflow's gradients know no other than none and "same". */
export function paddedImage(tf: TensorFlow, image: TfImage, windows: readonly WindowAxis[], value = 0): TfImage {
  const [rows, columns] = windows.map((axis): [number, number] => [axis.padBefore, Math.max(0, overhang(axis))]);
  if (rows === undefined || columns === undefined) throw new Error('two spatial axes expected');
  if ([...rows, ...columns].every((count) => count === 0)) return image;
  return tf.pad(image, [[0, 0], rows, columns, [0, 0]], value) as TfImage;
}

/** A filter [row, column, in, out] with zeros between its taps, so that no kernel needs to know of dilation. */
function spread(tf: TensorFlow, filter: TfImage, [byRows, byColumns]: Pair): TfImage {
  if (byRows === 1 && byColumns === 1) return filter;
  const [rows, columns, inputs, outputs] = filter.shape;
  const tall = tf.pad(tf.reshape(filter, [rows, 1, columns * inputs * outputs]), [
    ...([
      [0, 0],
      [0, byRows - 1],
      [0, 0],
    ] as [number, number][]),
  ]);
  const height = (rows - 1) * byRows + 1;
  const cropped = tf.slice(tf.reshape(tall, [rows * byRows, columns, inputs * outputs]), [0, 0, 0], [height, -1, -1]);
  const wide = tf.pad(tf.reshape(cropped, [height, columns, 1, inputs * outputs]), [
    ...([
      [0, 0],
      [0, 0],
      [0, byColumns - 1],
      [0, 0],
    ] as [number, number][]),
  ]);
  const width = (columns - 1) * byColumns + 1;
  const all = tf.reshape(wide, [height, columns * byColumns, inputs, outputs]);
  return tf.slice(all, [0, 0, 0, 0], [height, width, inputs, outputs]) as TfImage;
}

/** TensorFlow runs strides or dilations, not both. */
function convolved(tf: TensorFlow, image: TfImage, filter: TfImage, windows: readonly WindowAxis[]): TfImage {
  const [strides, dilations] = [pairOf(windows, 'stride'), pairOf(windows, 'dilation')];
  const isBoth = strides.some((s) => s > 1) && dilations.some((d) => d > 1);
  if (isBoth) return tf.conv2d(image, spread(tf, filter, dilations), [...strides], 'valid');
  return tf.conv2d(image, filter, [...strides], 'valid', 'NHWC', [...dilations]);
}

/** libtensorflow has one stride for both axes where channels are by themselves. */
function depthwise(tf: TensorFlow, image: TfImage, filter: TfImage, windows: readonly WindowAxis[]): TfImage {
  const wide = spread(tf, filter, pairOf(windows, 'dilation'));
  const [down, across] = pairOf(windows, 'stride');
  if (down === across) return tf.depthwiseConv2d(image, wide, down, 'valid');
  const all = tf.depthwiseConv2d(image, wide, 1, 'valid');
  return tf.stridedSlice(all, [0, 0, 0, 0], all.shape, [1, down, across, 1]) as TfImage;
}

interface Groups {
  readonly group: number;
  /** [outputs, inputs of a group, rows, columns] */
  readonly shape: readonly [number, number, number, number];
  readonly windows: readonly WindowAxis[];
}

/**
 * Many groups: each channel by itself with the filters of its group, and then sums over the channels of a group. One
 * pass instead of one per group.
 */
function manyGroups(call: Call, image: TfImage, { group, shape, windows }: Groups): TfImage {
  const { tf } = call;
  const [outputs, each, rows, columns] = shape;
  const times = outputs / group;
  const split = tf.reshape(inputOf(call, 1).plain(), [group, times, each, rows * columns]);
  const filter = tf.reshape(tf.transpose(split, [3, 0, 2, 1]), [rows, columns, group * each, times]) as TfImage;
  const result = depthwise(tf, image, filter, windows);
  if (each === 1) return result;
  const [batch, high, wide] = result.shape;
  const sums = tf.sum(tf.reshape(result, [batch * high * wide, group, each, times]), 2);
  return tf.reshape(sums, [batch, high, wide, outputs]) as TfImage;
}

const splitChannels = (tf: TensorFlow, image: TfImage, group: number) => tf.split(image, group, 3) as TfImage[];

function fewConvolutions(call: Call, image: TfImage, { group, windows }: Groups): TfImage {
  const { tf } = call;
  const filter = inputOf(call, 1).as('filter');
  const filters = splitChannels(tf, filter, group);
  const parts = splitChannels(tf, image, group).map((part, i) => convolved(tf, part, filters[i] ?? filter, windows));
  return tf.concat(parts, 3);
}

function withBias(call: Call, image: TfTensor): TfTensor {
  const bias = call.inputs[2];
  return bias === undefined ? image : call.tf.add(image, bias.plain());
}

const conv: Kernel = (call) => {
  const { tf, node } = call;
  const [x, filters] = [inputOf(call, 0), inputOf(call, 1)];
  const groups = geometry(node, x.shape, filters.shape);
  const image = paddedImage(tf, x.as('last'), groups.windows);
  const result = () => {
    if (groups.group === 1) return convolved(tf, image, filters.as('filter'), groups.windows);
    const isMany = groups.shape[1] === 1 || groups.group > fewGroups;
    return (isMany ? manyGroups : fewConvolutions)(call, image, groups);
  };
  return [Value.ofLast(tf, withBias(call, result()))];
};

/** Extent that all windows cover, padding included. */
const covered = (axis: WindowAxis): number => (axis.output - 1) * axis.stride + reach(axis);

/** Puts what all windows reached into the frame of the result: padding goes, a tail that no window reached is 0. */
function framed(tf: TensorFlow, image: TfTensor, windows: readonly WindowAxis[]): TfTensor {
  const [rows, columns] = rowsAndColumns(windows);
  const ends = [rows, columns].map((axis) => ({ axis, tail: Math.max(0, -overhang(axis)) }));
  const [batch = 1, , , channels = 1] = image.shape;
  const extents = ends.map(({ axis, tail }) => axis.input - tail);
  const inner = tf.slice(image, [0, rows.padBefore, columns.padBefore, 0], [batch, ...extents, channels]);
  if (ends.every(({ tail }) => tail === 0)) return inner;
  return tf.pad(inner, [[0, 0], ...ends.map(({ tail }): [number, number] => [0, tail]), [0, 0]]);
}

/** One output channel per group and one stride, filters [row, column, group, inputs of a group]: libtensorflow's kernel. */
function depthwiseBack(tf: TensorFlow, image: TfImage, filter: TfImage, extents: Pair, stride: number): TfImage {
  const inputShape = [image.shape[0], ...extents, filter.shape[2]];
  const attributes = { strides: [stride, stride], pad: 'valid', dilations: [1, 1], inputShape };
  const inputs = { dy: image, filter };
  return tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, inputs, attributes);
}

const convTranspose: Kernel = (call) => {
  const { tf, node } = call;
  const [x, filters] = [inputOf(call, 0), inputOf(call, 1)];
  const { batch, channels, shape, group, outputs, windows } = transposedGeometry(node, x.shape, filters.shape);
  const [strides, dilations] = [pairOf(windows, 'stride'), pairOf(windows, 'dilation')];
  const [rows, columns] = rowsAndColumns(windows);
  const extents: Pair = [covered(rows), covered(columns)];
  const image = x.as('last');
  const whole = (): TfImage => {
    if (shape[1] === 1 && group > 1 && strides[0] === strides[1]) {
      const split = tf.reshape(filters.plain(), [group, channels / group, shape[2], shape[3]]);
      const filter = spread(tf, tf.transpose(split, [2, 3, 0, 1]) as TfImage, dilations);
      return depthwiseBack(tf, image, filter, extents, strides[0]);
    }
    const filter = spread(tf, filters.as('filter'), dilations);
    const each = channels / group;
    const parts = splitChannels(tf, image, group).map((part, i) => {
      const own = tf.slice(filter, [0, 0, 0, i * each], [-1, -1, -1, each]) as TfImage;
      return tf.conv2dTranspose<TfImage>(part, own, [batch, ...extents, shape[1]], [...strides], 'valid');
    });
    return tf.reshape(tf.concat(parts, 3), [batch, ...extents, outputs]) as TfImage;
  };
  return [Value.ofLast(tf, withBias(call, framed(tf, whole(), windows)))];
};

export const convolutions: Readonly<Record<string, Kernel>> = { Conv: conv, ConvTranspose: convTranspose };
