import { reshaped, strided, stridesOf } from '../array64.ts';
import type { Node } from '../graph.ts';
import { intOf, ints, intsOf, textOf } from '../graph.ts';
import type { Composition } from './composite.ts';
import type { Op } from './op.ts';
import { mismatch, need } from './op.ts';

export function permutationOf(node: Node, rank: number): readonly number[] {
  return intsOf(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

export const transpose: Op = {
  opType: 'Transpose',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    return [{ type, shape: permutationOf(node, shape.length).map((axis) => shape[axis] ?? 1) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const axes = permutationOf(node, data.shape.length);
    const strides = stridesOf(data.shape);
    const pick = (values: readonly number[]) => axes.map((axis) => values[axis] ?? 1);
    return [strided(data, pick(data.shape), pick(strides))];
  },
  gradient({ emit, gradient, input, node, shape }) {
    const axes = permutationOf(node, shape(input(0)).length);
    return [emit.op('Transpose', [gradient], { perm: ints(axes.map((_, axis) => axes.indexOf(axis))) })];
  },
};

/** [n, c, h b, w b] to [n, b b c, h, w]: channel (i b + j) c + k holds phase (i, j) of channel k. */
export const spaceToDepth: Op = {
  opType: 'SpaceToDepth',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    const block = intOf(node, 'blocksize', 1);
    const [batch = 1, channels = 1, rows = 1, columns = 1] = shape;
    if (rows % block || columns % block) throw mismatch(node, `[${shape.join(', ')}] in blocks of ${block}`);
    return [{ type, shape: [batch, channels * block * block, rows / block, columns / block] }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const block = intOf(node, 'blocksize', 1);
    const [batch = 1, channels = 1, rows = 1, columns = 1] = data.shape;
    const [high, wide] = [rows / block, columns / block];
    const [n = 1, c = 1, h = 1, w = 1] = stridesOf(data.shape);
    const phases = strided(data, [batch, block, block, channels, high, wide], [n, h, w, c, h * block, w * block]);
    return [reshaped(phases, [batch, channels * block * block, high, wide])];
  },
  compose(emit, node) {
    const x = need(node.inputs, 0, node);
    const block = intOf(node, 'blocksize', 1);
    const [batch = 1, channels = 1, rows = 1, columns = 1] = emit.typeOf(x).shape;
    const [high, wide] = [rows / block, columns / block];
    const split = emit.op('Reshape', [x, emit.ints([batch, channels, high, block, wide, block])]);
    const turned = emit.op('Transpose', [split], { perm: ints([0, 3, 5, 1, 2, 4]) });
    return [emit.op('Reshape', [turned, emit.ints([batch, channels * block * block, high, wide])])];
  },
};

/** The inverse: DCR takes phases first, CRD channels first. */
const depthToSpace: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const block = intOf(node, 'blocksize', 1);
  const [batch = 1, deep = 1, rows = 1, columns = 1] = emit.typeOf(x).shape;
  const channels = deep / block / block;
  const isPhaseFirst = textOf(node, 'mode', 'DCR') === 'DCR';
  const parts = isPhaseFirst ? [block, block, channels] : [channels, block, block];
  const split = emit.op('Reshape', [x, emit.ints([batch, ...parts, rows, columns])]);
  const permutation = isPhaseFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  const turned = emit.op('Transpose', [split], { perm: ints(permutation) });
  return [emit.op('Reshape', [turned, emit.ints([batch, channels, rows * block, columns * block])])];
};

/** Copies side by side along each axis: by a broadcast over new axes of the repeats. */
const tile: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const repeats = emit.typeOf(need(node.inputs, 1, node)).constant;
  if (repeats === undefined) throw mismatch(node, 'the repeats are not a constant');
  const { shape } = emit.typeOf(x);
  const counts = shape.map((_, axis) => repeats.data[axis] ?? 1);
  const single = emit.op('Reshape', [x, emit.ints(shape.flatMap((extent) => [1, extent]))]);
  const wide = emit.op('Expand', [single, emit.ints(shape.flatMap((extent, axis) => [counts[axis] ?? 1, extent]))]);
  return [emit.op('Reshape', [wide, emit.ints(shape.map((extent, axis) => extent * (counts[axis] ?? 1)))])];
};

export const compositions: Readonly<Record<string, Composition>> = { DepthToSpace: depthToSpace, Tile: tile };
