import type { Attributes } from '../../graph.ts';
import { int, intOf, ints } from '../../graph.ts';
import type { Emitter, Op } from '../op.ts';
import { mismatch, need } from '../op.ts';
import type { WindowAxis } from './window.ts';
import { overhang, windowsOf } from './window.ts';

/**
 * onnxruntime's own layout of images on the CPU: [batch, channel / block, row, column, block], shapes written as those of
 * the plain layout. How long a block is depends on the processor (16 where it has AVX-512).
 */
export const blockedDomain = 'com.microsoft.nchwc';

export function blockedOp(
  emit: Emitter,
  opType: 'ReorderInput' | 'ReorderOutput' | 'Conv',
  inputs: readonly (string | undefined)[],
  attributes: Attributes = {},
): string {
  return emit.op(`${blockedDomain}.${opType}`, inputs, attributes);
}

export function toBlocked(emit: Emitter, value: string): string {
  return blockedOp(emit, 'ReorderInput', [value]);
}

export function toPlain(emit: Emitter, value: string): string {
  return blockedOp(emit, 'ReorderOutput', [value], { channels: int(emit.typeOf(value).shape[1] ?? 1) });
}

interface BlockedConvolution {
  /** Plain [batch, channel, row, column]. */
  readonly image: string;
  /** Plain [output channel, input channel / group, row, column]. */
  readonly filters: string;
  readonly bias?: string | undefined;
  readonly windows: readonly WindowAxis[];
  readonly group: number;
}

/** Whether the engine has a blocked convolution of these channels. */
export function isBlockable(block: number | undefined, channels: number, filters: readonly number[], group: number) {
  const [outputs = 1, each = 1, rows = 1, columns = 1] = filters;
  if (block === undefined || outputs % block !== 0) return false;
  // A plain 1x1 convolution is one matrix product: what the images would be reordered for.
  if (group === 1 && rows * columns === 1) return false;
  if (group === 1) return channels % block === 0 || channels < block;
  return each === 1 && outputs === group && channels % block === 0;
}

/**
 * Filters as blocked convolutions read them: [output block, input block, row, column, input, output]; a channel-wise
 * filter has one input channel, and a picture fewer than a block: those are not split.
 */
function blockedFilters(emit: Emitter, filters: string, block: number, isSplit: boolean): string {
  const { shape } = emit.typeOf(filters);
  const [outputs = 1, each = 1, rows = 1, columns = 1] = shape;
  const inputs = isSplit ? [each / block, block] : [each, 1];
  const split = emit.op('Reshape', [filters, emit.ints([outputs / block, block, ...inputs, rows, columns])]);
  const moved = emit.op('Transpose', [split], { perm: ints([0, 2, 4, 5, 3, 1]) });
  return emit.op('Reshape', [moved, emit.ints(shape)]);
}

/** A convolution in blocks of channels, from plain images to plain images. */
export function blockedConvolution(emit: Emitter, block: number, convolution: BlockedConvolution): string {
  const { image, filters, bias, windows, group } = convolution;
  const [, channels = 1] = emit.typeOf(image).shape;
  const weights = blockedFilters(emit, filters, block, group === 1 && channels % block === 0);
  const data = group === 1 && channels < block ? image : toBlocked(emit, image);
  const result = blockedOp(emit, 'Conv', [data, weights, bias], {
    kernel_shape: ints(windows.map((axis) => axis.kernel)),
    strides: ints(windows.map((axis) => axis.stride)),
    dilations: ints(windows.map((axis) => axis.dilation)),
    pads: ints([...windows.map((axis) => axis.padBefore), ...windows.map((axis) => Math.max(0, overhang(axis)))]),
    group: int(group),
  });
  return toPlain(emit, result);
}

const reorder = (opType: string): Op => ({
  opType,
  infer: (inputs, node) => {
    const { type, shape } = need(inputs, 0, node);
    return [{ type, shape }];
  },
  evaluate: (_, node) => {
    throw mismatch(node, 'blocked images are known to engines only');
  },
});

/** Shape rules of the blocked operators; only engines run them. */
export const blockedOps: ReadonlyMap<string, Op> = new Map([
  ['ReorderInput', reorder('ReorderInput')],
  [
    'ReorderOutput',
    {
      ...reorder('ReorderOutput'),
      infer: (inputs, node) => {
        const { type, shape } = need(inputs, 0, node);
        const [batch = 1, channels = 1, ...extents] = shape;
        const isLast = intOf(node, 'channels_last', 0) === 1;
        return [{ type, shape: isLast ? [batch, ...extents, channels] : shape }];
      },
    },
  ],
  [
    'Conv',
    {
      ...reorder('Conv'),
      infer: (inputs, node) => {
        const { type, shape } = need(inputs, 0, node);
        const filters = need(inputs, 1, node).shape;
        const windows = windowsOf(node, shape, filters.slice(2));
        return [{ type, shape: [shape[0] ?? 1, filters[0] ?? 1, ...windows.map((axis) => axis.output)] }];
      },
    },
  ],
]);
