import { strided, stridesOf } from '../array64.ts';
import type { Node } from '../graph.ts';
import { ints, intsOf } from '../graph.ts';
import type { Op } from './op.ts';
import { need } from './op.ts';

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
