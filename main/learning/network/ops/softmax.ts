import type { NdArray } from '../array64.ts';
import { broadcastStrides, emptyArray, map, sumOver, walk, zip } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf } from '../graph.ts';
import type { Op } from './op.ts';
import { axisOf, need } from './op.ts';

export function axisAt(rank: number, node: Node): number {
  return axisOf(intOf(node, 'axis', -1), rank, node);
}

function maxOver(data: NdArray, axis: number): NdArray {
  const result = emptyArray(data.shape.map((extent, a) => (a === axis ? 1 : extent)));
  result.data.fill(Number.NEGATIVE_INFINITY);
  walk(data.shape, broadcastStrides(result.shape, data.shape), 0, (position, index) => {
    result.data[index] = Math.max(result.data[index] ?? 0, data.data[position] ?? 0);
  });
  return result;
}

function logSoftmaxOf(data: NdArray, axis: number): NdArray {
  const shifted = zip(data, maxOver(data, axis), (x, top) => x - top);
  const logSum = map(sumOver(map(shifted, Math.exp), [axis]), Math.log);
  return zip(shifted, logSum, (x, sum) => x - sum);
}

function sumAlong(emit: Parameters<NonNullable<Op['gradient']>>[0]['emit'], value: string, axis: number): string {
  return emit.op('ReduceSum', [value, emit.ints([axis])], { keepdims: int(1) });
}

const infer: Op['infer'] = (inputs, node) => {
  const { type, shape } = need(inputs, 0, node);
  return [{ type, shape }];
};

/** Along one axis (opset 13 on). Gradient: y (g - sum(g y)). */
export const softmax: Op = {
  opType: 'Softmax',
  infer,
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    return [map(logSoftmaxOf(data, axisAt(data.shape.length, node)), Math.exp)];
  },
  gradient({ emit, gradient, node, output, shape }) {
    const axis = axisAt(shape(gradient).length, node);
    const mean = sumAlong(emit, emit.op('Mul', [gradient, output(0)]), axis);
    return [emit.op('Mul', [output(0), emit.op('Sub', [gradient, mean])])];
  },
};

/** Gradient: g - softmax(x) sum(g). */
export const logSoftmax: Op = {
  opType: 'LogSoftmax',
  infer,
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    return [logSoftmaxOf(data, axisAt(data.shape.length, node))];
  },
  gradient({ emit, gradient, node, output, shape }) {
    const axis = axisAt(shape(gradient).length, node);
    const scores = emit.op('Exp', [output(0)]);
    return [emit.op('Sub', [gradient, emit.op('Mul', [scores, sumAlong(emit, gradient, axis)])])];
  },
};
