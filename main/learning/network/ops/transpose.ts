import { reshaped, strided, stridesOf } from '../array64.ts';
import type { Node } from '../graph.ts';
import { intOf, ints, intsOf } from '../graph.ts';
import type { Op } from './op.ts';
import { mismatch, need } from './op.ts';

function permutationOf(node: Node, rank: number): readonly number[] {
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
};
