import type { NdArray } from '../array64.ts';
import { broadcastStrides, emptyArray, map, reshaped, sumOver, walk } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf, intsOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Composition } from './composite.ts';
import type { Emitter, GradientScope, Op } from './op.ts';
import { axisOf, constantInts, intsFrom, need, reshapeTo } from './op.ts';

/** The axes a reduction takes: input 1, or the attribute of older operator sets. */
export function axesOf(rank: number, given: readonly number[] | undefined, node: Node): number[] {
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

/** The gradient with the reduced axes kept, and which they are. */
function columnOf({ emit, gradient, input, node, shape }: GradientScope): { column: string; axes: number[] } {
  const from = shape(input(0));
  const given = node.inputs[1] === undefined ? undefined : emit.typeOf(input(1)).constant;
  const axes = axesOf(from.length, given && [...given.data], node);
  const kept = from.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return { column: reshapeTo(emit, gradient, kept), axes };
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
    gradient(scope) {
      const { emit, input, shape } = scope;
      const { column, axes } = columnOf(scope);
      const from = shape(input(0));
      const share = isMean ? emit.op('Div', [column, emit.scalar(divisor(from, axes))]) : column;
      return [emit.op('Expand', [share, emit.ints(from)])];
    },
  };
}

export const reduceSum = reduction('ReduceSum', false);
export const reduceMean = reduction('ReduceMean', true);

/** Folds the elements along the axes; `first` is what the fold starts from. */
function folding(opType: string, first: number, fold: (x: number, y: number) => number): Op {
  return {
    opType,
    infer: reduceSum.infer,
    evaluate(inputs, node) {
      const data: NdArray = need(inputs, 0, node);
      const axes = axesOf(data.shape.length, intsFrom(inputs, 1), node);
      const result = emptyArray(
        data.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
        data.type,
      );
      result.data.fill(first);
      walk(data.shape, broadcastStrides(result.shape, data.shape), 0, (position, index) => {
        result.data[index] = fold(result.data[index] ?? first, data.data[position] ?? first);
      });
      return [reshaped(result, reducedShape(data.shape, axes, node))];
    },
  };
}

/** Elements that are equally extreme share the gradient, as PyTorch's amax does. */
function extremeGradient(scope: GradientScope): string[] {
  const { emit, input, output, shape } = scope;
  const { column, axes } = columnOf(scope);
  const kept = reshapeTo(emit, output(0), shape(column));
  const chosen = emit.op('Cast', [emit.op('Equal', [input(0), kept])], { to: int(1) });
  const count = emit.op('ReduceSum', [chosen, emit.ints(axes)], { keepdims: int(1) });
  return [emit.op('Mul', [chosen, emit.op('Div', [column, count])])];
}

export const reduceMax: Op = {
  ...folding('ReduceMax', Number.NEGATIVE_INFINITY, Math.max),
  gradient: extremeGradient,
};
export const reduceMin: Op = {
  ...folding('ReduceMin', Number.POSITIVE_INFINITY, Math.min),
  gradient: extremeGradient,
};
/** For shape arithmetic. */
export const reduceProd = folding('ReduceProd', 1, (x, y) => x * y);

function summed(change: (emit: Emitter, x: string) => string, finish?: (emit: Emitter, sum: string) => string) {
  const composition: Composition = (emit, node) => {
    const value = change(emit, need(node.inputs, 0, node));
    const sum = emit.op('ReduceSum', [value, ...node.inputs.slice(1)], node.attributes);
    return [finish === undefined ? sum : finish(emit, sum)];
  };
  return composition;
}

const square = (emit: Emitter, x: string) => emit.op('Mul', [x, x]);

/** log(sum(e^x)), shifted by the maximum so that nothing overflows. */
const logSumExp: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const rest = node.inputs.slice(1);
  const top = emit.op('ReduceMax', [x, ...rest], { ...node.attributes, keepdims: int(1) });
  const shifted = emit.op('Exp', [emit.op('Sub', [x, top])]);
  const sum = emit.op('Log', [emit.op('ReduceSum', [shifted, ...rest], node.attributes)]);
  return [emit.op('Add', [sum, reshapeTo(emit, top, emit.typeOf(sum).shape)])];
};

export const compositions: Readonly<Record<string, Composition>> = {
  ReduceL1: summed((emit, x) => emit.op('Abs', [x])),
  ReduceL2: summed(square, (emit, sum) => emit.op('Sqrt', [sum])),
  ReduceSumSquare: summed(square),
  ReduceLogSum: summed(
    (_, x) => x,
    (emit, sum) => emit.op('Log', [sum]),
  ),
  ReduceLogSumExp: logSumExp,
};
