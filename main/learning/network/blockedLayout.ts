import type { Attributes, Node } from './graph.ts';
import { floatOf, int, intOf, ints, intsOf, text } from './graph.ts';
import { blockedDomain, blockedOp, toPlain } from './ops/convolution/blocked.ts';
import type { Emitter } from './ops/op.ts';
import { sizeOf } from './tensor.ts';

/** What is to be written: a node of the standard domain with one output. */
interface Draft {
  readonly opType: string;
  readonly inputs: readonly (string | undefined)[];
  readonly attributes: Attributes;
}

/** Operators that do the same to every element, wherever it lies. */
const unary = new Set(['Clip', 'HardSigmoid', 'LeakyRelu', 'Neg', 'Relu', 'Sigmoid', 'Sign', 'Sqrt', 'Tanh']);
const binary = new Set(['Add', 'Div', 'Mul', 'Sub']);

const isBlockedNode = (node: Node | undefined, opType: string): node is Node =>
  node?.domain === blockedDomain && node.opType === opType;

/** The image in blocks of which a plain one is made. */
function twinOf(emit: Emitter, value: string | undefined): string | undefined {
  const maker = value === undefined ? undefined : emit.makerOf(value);
  return isBlockedNode(maker, 'ReorderOutput') && intOf(maker, 'channels_last', 0) === 0 ? maker.inputs[0] : undefined;
}

/** What `ofChannels` writes: cheap enough to be done twice, where its result is read elsewhere, too. */
function hasOneTap(node: Node): boolean {
  return intsOf(node, 'kernel_shape')?.join() === '1,1' && intOf(node, 'group', 1) > 1;
}

/** A convolution adds its result to another image of the same shape while it writes it. */
function ofSum(emit: Emitter, twins: readonly (string | undefined)[], inputs: Draft['inputs']): string | undefined {
  const [a, b] = twins;
  if (a === undefined || b === undefined || a === b || a === inputs[0] || b === inputs[1]) return undefined;
  for (const [result, other] of [[a, b] as const, [b, a] as const]) {
    const maker = emit.makerOf(result);
    if (!isBlockedNode(maker, 'Conv') || maker.attributes.activation !== undefined || !hasOneTap(maker)) continue;
    const [image, filters, bias, before] = maker.inputs;
    if (before === undefined)
      return toPlain(emit, blockedOp(emit, 'Conv', [image, filters, bias, other], maker.attributes));
  }
  return undefined;
}

/**
 * Sums of products over all but the channels: every plane of every image is a channel that is convolved with the other
 * plane as its kernel, which reads both once and writes nothing between.
 */
function ofProducts(emit: Emitter, a: string, b: string): string {
  const [batch = 1, channels = 1, ...extents] = emit.typeOf(a).shape;
  const planes = batch * channels;
  const image = emit.op('Reshape', [a, emit.ints([1, planes, ...extents])]);
  const kernels = emit.op('Reshape', [b, emit.ints([planes, 1, ...extents])]);
  const whole = { kernel_shape: ints(extents), group: int(planes) };
  const each = emit.op('Reshape', [blockedOp(emit, 'Conv', [image, kernels], whole), emit.ints([batch, channels])]);
  return emit.op('ReduceSum', [each, emit.ints([0])], { keepdims: int(0) });
}

function ofElements(emit: Emitter, { opType, inputs, attributes }: Draft): string | undefined {
  if (unary.has(opType)) {
    const [data, ...limits] = inputs;
    const twin = twinOf(emit, data);
    if (twin === undefined) return undefined;
    const maker = emit.makerOf(twin);
    if (opType === 'Relu' && isBlockedNode(maker, 'Conv') && maker.attributes.activation === undefined)
      return toPlain(emit, blockedOp(emit, 'Conv', maker.inputs, { ...maker.attributes, activation: text('Relu') }));
    return toPlain(emit, emit.op(opType, [twin, ...limits], attributes));
  }
  if (!binary.has(opType)) return undefined;
  const twins = inputs.map((value) => {
    const isScalar = value !== undefined && emit.typeOf(value).shape.length === 0;
    return isScalar ? value : twinOf(emit, value);
  });
  if (opType === 'Add') {
    const sum = ofSum(emit, twins, inputs);
    if (sum !== undefined) return sum;
  }
  const isKnown = twins.every((twin) => twin !== undefined) && twins.some((twin, i) => twin !== inputs[i]);
  const [a = [], b = []] = inputs.map((value) => (value === undefined ? [] : emit.typeOf(value).shape));
  const isAlike = a.length === 0 || b.length === 0 || a.every((extent, axis) => extent === b[axis]);
  return isKnown && isAlike ? toPlain(emit, emit.op(opType, twins, attributes)) : undefined;
}

/** A factor and a term per channel are a convolution on each channel with one tap. */
function ofChannels(emit: Emitter, { opType, inputs, attributes }: Draft): string | undefined {
  const [data, scale = '', bias = '', mean = '', variance = ''] = inputs;
  const twin = twinOf(emit, data);
  if (opType !== 'BatchNormalization' || twin === undefined || 'training_mode' in attributes) return undefined;
  const epsilon = emit.scalar(floatOf({ opType, attributes }, 'epsilon', 1e-5));
  const factor = emit.op('Div', [scale, emit.op('Sqrt', [emit.op('Add', [variance, epsilon])])]);
  const term = emit.op('Sub', [bias, emit.op('Mul', [mean, factor])]);
  const channels = emit.typeOf(twin).shape[1] ?? 1;
  const taps = emit.op('Reshape', [factor, emit.ints([channels, 1, 1, 1])]);
  const one = { kernel_shape: ints([1, 1]), group: int(channels) };
  return toPlain(emit, blockedOp(emit, 'Conv', [twin, taps, term], one));
}

/** The factors of an image that is a product of two. */
function productOf(emit: Emitter, value: string): readonly [string, string] | undefined {
  const maker = emit.makerOf(value);
  const [a, b] = maker?.opType === 'Mul' ? maker.inputs : [];
  if (a === undefined || b === undefined) return undefined;
  return [a, b].every((factor) => emit.typeOf(factor).shape.length === 4) ? [a, b] : undefined;
}

/** Sums and means over all but the channels: over the pixels of each block first, then over the images. */
function ofSums(emit: Emitter, block: number, { opType, inputs, attributes }: Draft): string | undefined {
  if (opType !== 'ReduceSum' && opType !== 'ReduceMean') return undefined;
  const twin = twinOf(emit, inputs[0]);
  const axes = inputs[1] === undefined ? undefined : emit.typeOf(inputs[1]).constant?.data.join();
  if (twin === undefined || axes !== '0,2,3' || intOf({ opType, attributes }, 'keepdims', 1) !== 0) return undefined;
  const [batch = 1, channels = 1, ...extents] = emit.typeOf(twin).shape;
  const [a, b] = productOf(emit, twin) ?? [];
  if (a !== undefined && b !== undefined) {
    const sum = ofProducts(emit, a, b);
    return opType === 'ReduceSum' ? sum : emit.op('Div', [sum, emit.scalar(batch * sizeOf(extents))]);
  }
  const split = emit.op('Reshape', [twin, emit.ints([(batch * channels) / block, sizeOf(extents), block])]);
  const flat = { keepdims: int(0) };
  const each = emit.op('Reshape', [emit.op(opType, [split, emit.ints([1])], flat), emit.ints([batch, channels])]);
  return emit.op(opType, [each, emit.ints([0])], flat);
}

/** Channels last, straight out of the blocks. */
function ofTranspose(emit: Emitter, { opType, inputs, attributes }: Draft): string | undefined {
  const twin = twinOf(emit, inputs[0]);
  if (opType !== 'Transpose' || twin === undefined) return undefined;
  if (intsOf({ opType, attributes }, 'perm')?.join() !== '0,2,3,1') return undefined;
  const channels = int(emit.typeOf(twin).shape[1] ?? 1);
  return blockedOp(emit, 'ReorderOutput', [twin], { channels, channels_last: int(1) });
}

/**
 * Writes what reads an image that was made in blocks of channels so that it stays in blocks, where it can; its plain form
 * is made beside it, and drops out of the graph where nothing reads it.
 * @returns undefined where it has to be written as it is
 */
export function writeInBlocks(emit: Emitter, block: number, draft: Draft): string | undefined {
  if (draft.opType === `${blockedDomain}.ReorderInput`) return twinOf(emit, draft.inputs[0]);
  return ofElements(emit, draft) ?? ofChannels(emit, draft) ?? ofSums(emit, block, draft) ?? ofTranspose(emit, draft);
}
