import { broadcastTo, zip } from '../array64.ts';
import type { Op } from './op.ts';
import { broadcastOf, need, reduceTo } from './op.ts';

function comparison(opType: string, holds: (x: number, y: number) => boolean): Op {
  return {
    opType,
    infer: (inputs, node) => [
      { type: 'bool', shape: broadcastOf(need(inputs, 0, node).shape, need(inputs, 1, node).shape, node) },
    ],
    evaluate: (inputs, node) => [
      zip(need(inputs, 0, node), need(inputs, 1, node), (x, y) => (holds(x, y) ? 1 : 0), 'bool'),
    ],
  };
}

export const equal = comparison('Equal', (x, y) => x === y);
export const greater = comparison('Greater', (x, y) => x > y);
export const less = comparison('Less', (x, y) => x < y);
export const greaterOrEqual = comparison('GreaterOrEqual', (x, y) => x >= y);
export const lessOrEqual = comparison('LessOrEqual', (x, y) => x <= y);
export const and = comparison('And', (x, y) => x !== 0 && y !== 0);
export const or = comparison('Or', (x, y) => x !== 0 || y !== 0);

export const where: Op = {
  opType: 'Where',
  infer(inputs, node) {
    const [condition, a, b] = [need(inputs, 0, node), need(inputs, 1, node), need(inputs, 2, node)];
    return [{ type: a.type, shape: broadcastOf(broadcastOf(condition.shape, a.shape, node), b.shape, node) }];
  },
  evaluate(inputs, node) {
    const [condition, a, b] = [need(inputs, 0, node), need(inputs, 1, node), need(inputs, 2, node)];
    const shape = broadcastOf(broadcastOf(condition.shape, a.shape, node), b.shape, node);
    const [chosen, left, right] = [broadcastTo(condition, shape), broadcastTo(a, shape), broadcastTo(b, shape)];
    return [{ type: a.type, shape, data: chosen.data.map((c, i) => (c ? left.data[i] : right.data[i]) ?? 0) }];
  },
  gradient({ emit, gradient, input, shape, wanted }) {
    const zero = emit.scalar(0);
    const first = () => reduceTo(emit, emit.op('Where', [input(0), gradient, zero]), shape(input(1)));
    const second = () => reduceTo(emit, emit.op('Where', [input(0), zero, gradient]), shape(input(2)));
    return [undefined, wanted(1) ? first() : undefined, wanted(2) ? second() : undefined];
  },
};
