import { int, ints } from '../../graph.ts';
import type { Emitter, FormQuestion } from '../op.ts';
import { blockedConvolution, isBlockable } from './blocked.ts';
import { inWords } from './inWords.ts';
import type { WindowAxis } from './window.ts';
import { overhang, reach } from './window.ts';

/** Everything an input gradient depends on. */
interface InputGradient {
  /** Of the output: [batch, channel, row, column]. */
  readonly gradient: string;
  /** [output channel, input channel / group, row, column] */
  readonly filters: string;
  readonly group: number;
  readonly windows: readonly WindowAxis[];
}

/** The filters turned by 180 degrees, with input and output channels swapped. */
function turnedFilters(emit: Emitter, filters: string, group: number): string {
  const [outputs = 1, each = 1, rows = 1, columns = 1] = emit.typeOf(filters).shape;
  let turned = filters;
  if (group === 1) turned = emit.op('Transpose', [turned], { perm: ints([1, 0, 2, 3]) });
  else {
    const split = emit.op('Reshape', [turned, emit.ints([group, outputs / group, each, rows, columns])]);
    const swapped = emit.op('Transpose', [split], { perm: ints([0, 2, 1, 3, 4]) });
    turned = emit.op('Reshape', [swapped, emit.ints([group * each, outputs / group, rows, columns])]);
  }
  if (rows * columns === 1) return turned;
  const end = emit.ints([-rows - 1, -columns - 1]);
  return emit.op('Slice', [turned, emit.ints([-1, -1]), end, emit.ints([2, 3]), emit.ints([-1, -1])]);
}

/** The windows by which the gradient at stride 1 is seen from the input. */
function turnedWindows(windows: readonly WindowAxis[]): WindowAxis[] {
  return windows.map((axis) => ({
    ...{ input: axis.output, output: axis.input, kernel: axis.kernel, stride: 1, dilation: axis.dilation },
    padBefore: reach(axis) - 1 - axis.padBefore,
    padAfter: reach(axis) - 1 - overhang(axis),
  }));
}

function isTurnable(windows: readonly WindowAxis[]): boolean {
  return windows.every(
    (axis) => axis.stride === 1 && axis.padBefore < reach(axis) && overhang(axis) < reach(axis) && overhang(axis) >= 0,
  );
}

/**
 * Input gradient at stride 1: a convolution with the filters turned by 180 degrees and the channel axes swapped, which
 * engines run faster than a transposed convolution.
 */
function turnedConvolution(emit: Emitter, { gradient, filters, group, windows }: InputGradient): string {
  const turned = turnedWindows(windows);
  return emit.op('Conv', [gradient, turnedFilters(emit, filters, group)], {
    kernel_shape: ints(turned.map((axis) => axis.kernel)),
    dilations: ints(turned.map((axis) => axis.dilation)),
    pads: ints([...turned.map((axis) => axis.padBefore), ...turned.map((axis) => axis.padAfter)]),
    group: int(group),
  });
}

function turnedInBlocks(emit: Emitter, block: number, { gradient, filters, group, windows }: InputGradient): string {
  const turned = turnedWindows(windows);
  return blockedConvolution(emit, block, {
    image: gradient,
    filters: turnedFilters(emit, filters, group),
    windows: turned,
    group,
  });
}

/** Spreads a gradient back over the windows it came from; also the gradient of average pooling. */
export function transposedConvolution(emit: Emitter, { gradient, filters, group, windows }: InputGradient): string {
  const after = windows.map(overhang);
  return emit.op('ConvTranspose', [gradient, filters], {
    kernel_shape: ints(windows.map((axis) => axis.kernel)),
    strides: ints(windows.map((axis) => axis.stride)),
    dilations: ints(windows.map((axis) => axis.dilation)),
    pads: ints([...windows.map((axis) => axis.padBefore), ...after.map((length) => Math.max(0, length))]),
    output_padding: ints(after.map((length) => Math.max(0, -length))),
    group: int(group),
  });
}

/** The gradient of a strided convolution with zeros between its rows and columns: that of one of stride 1. */
function spreadGradient(emit: Emitter, gradient: string, windows: readonly WindowAxis[]): string {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = emit.typeOf(gradient).shape;
  const [down = 1, across = 1] = windows.map((axis) => axis.stride);
  const apart = emit.op('Reshape', [gradient, emit.ints([batch * channels, rows, 1, columns, 1])]);
  const zeros = emit.op('Pad', [apart, emit.ints([0, 0, 0, 0, 0, 0, 0, down - 1, 0, across - 1])]);
  return emit.op('Reshape', [zeros, emit.ints([batch, channels, rows * down, columns * across])]);
}

/** Stride 1 in the place of the stride: its output ends with `stride - 1` rows of zeros, which count as padding. */
function spreadWindows(windows: readonly WindowAxis[]): WindowAxis[] {
  return windows.map((axis) => ({ ...axis, stride: 1, output: axis.output * axis.stride }));
}

/** A 1x1 convolution that skips pixels: the product at the pixels it sees, with zeros between them. */
function productSpread(emit: Emitter, scope: InputGradient): string {
  const product = turnedConvolution(emit, { ...scope, windows: scope.windows.map(seenOnly) });
  const spread = spreadGradient(emit, product, scope.windows);
  const extents = scope.windows.map((axis) => axis.input);
  const [, , rows, columns] = emit.typeOf(spread).shape;
  if (rows === extents[0] && columns === extents[1]) return spread;
  return emit.op('Slice', [spread, emit.ints([0, 0]), emit.ints(extents), emit.ints([2, 3])]);
}

/** As if the pixels that a strided 1x1 convolution sees were the whole image. */
const seenOnly = (axis: WindowAxis): WindowAxis => ({ ...axis, input: axis.output, stride: 1 });

const skipsPixels = (windows: readonly WindowAxis[]): boolean =>
  windows.every(
    ({ kernel, padBefore, input, output, stride }) => kernel === 1 && padBefore === 0 && output * stride >= input,
  ) && windows.some((axis) => axis.stride > 1);

/** Names of forms in blocks say how long they are: another processor has others. */
export const inBlocks = (block: number): string => `in blocks of ${block} channels`;

export function inputGradient(emit: Emitter, scope: InputGradient): string {
  const { gradient, filters, group, windows } = scope;
  const [shape, weights] = [emit.typeOf(gradient).shape, emit.typeOf(filters).shape];
  const [outputs = 1, each = 1] = weights;
  const { block } = emit;
  const bound = (rule: (e: Emitter, s: InputGradient) => string) => (e: Emitter, names: readonly string[]) =>
    rule(e, { ...scope, gradient: names[0] ?? '', filters: names[1] ?? '' });
  const isStrided = windows.some((axis) => axis.stride > 1);
  const unit = isStrided ? spreadWindows(windows) : windows;
  const isTurned = isTurnable(unit);
  const swapped = [each * group, outputs / group];
  const isBlocked = isTurned && block !== undefined && isBlockable(block, outputs, swapped, group);
  const near = (e: Emitter, s: InputGradient): InputGradient =>
    isStrided ? { ...s, gradient: spreadGradient(e, s.gradient, s.windows), windows: unit } : s;
  const question: FormQuestion = {
    key: `input gradient of ${inWords(shape[0] ?? 1, weights, windows, group)}`,
    usual: isTurned && !isStrided ? 'turned' : 'transposed',
    inputs: [shape, weights],
    forms: {
      transposed: bound(transposedConvolution),
      ...(isTurned && { turned: bound((e, s) => turnedConvolution(e, near(e, s))) }),
      ...(skipsPixels(windows) && { 'product, then spread': bound(productSpread) }),
      ...(isBlocked && { [inBlocks(block)]: bound((e, s) => turnedInBlocks(e, block, near(e, s))) }),
    },
  };
  return emit.answer(question, [gradient, filters]);
}
