import type { NdArray } from '../array64.ts';
import { map, reshaped, sumOver } from '../array64.ts';
import type { Node } from '../graph.ts';
import { intOf, intsOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Op } from './op.ts';
import { axisOf, constantInts, intsFrom, need } from './op.ts';

function axesOf(rank: number, given: readonly number[] | undefined, node: Node): number[] {
  const axes = given ?? intsOf(node, 'axes');
  if (axes === undefined || axes.length === 0) {
    return intOf(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
  }
  return axes.map((axis) => axisOf(axis, rank, node));
}

function reducedShape(shape: readonly number[], axes: readonly number[], node: Node): number[] {
  if (intOf(node, 'keepdims', 1) === 1) return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** A sum or a mean over axes (input 1, or the attribute of older operator sets). */
function reduction(opType: string, isMean: boolean): Op {
  const divisor = (shape: readonly number[], axes: readonly number[]) =>
    isMean ? sizeOf(axes.map((axis) => shape[axis] ?? 1)) : 1;
  return {
    opType,
    infer(inputs, node) {
      const { type, shape } = need(inputs, 0, node);
      return [{ type, shape: reducedShape(shape, axesOf(shape.length, constantInts(inputs, 1, node), node), node) }];
    },
    evaluate(inputs, node) {
      const data: NdArray = need(inputs, 0, node);
      const axes = axesOf(data.shape.length, intsFrom(inputs, 1), node);
      const count = divisor(data.shape, axes);
      const sum = map(sumOver(data, axes), (x) => x / count);
      return [reshaped(sum, reducedShape(data.shape, axes, node))];
    },
    gradient({ emit, gradient, input, node, shape }) {
      const from = shape(input(0));
      const given = node.inputs[1] === undefined ? undefined : emit.typeOf(input(1)).constant;
      const axes = axesOf(from.length, given && [...given.data], node);
      const kept = from.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
      const column = emit.op('Reshape', [gradient, emit.ints(kept)]);
      const share = isMean ? emit.op('Div', [column, emit.scalar(divisor(from, axes))]) : column;
      return [emit.op('Expand', [share, emit.ints(from)])];
    },
  };
}

export const reduceSum = reduction('ReduceSum', false);
export const reduceMean = reduction('ReduceMean', true);
