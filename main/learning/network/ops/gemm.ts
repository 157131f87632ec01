import type { NdArray } from '../array64.ts';
import { emptyArray, zip } from '../array64.ts';
import type { Node } from '../graph.ts';
import { float, floatOf, int, intOf } from '../graph.ts';
import type { GradientScope, Op } from './op.ts';
import { mismatch, need, reduceTo } from './op.ts';

interface Form {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
  readonly beta: number;
}

export function formOf(node: Node): Form {
  return {
    transA: intOf(node, 'transA', 0) === 1,
    transB: intOf(node, 'transB', 0) === 1,
    alpha: floatOf(node, 'alpha', 1),
    beta: floatOf(node, 'beta', 1),
  };
}

function dimensions(a: readonly number[], b: readonly number[], { transA, transB }: Form, node: Node) {
  const [rows = 0, innerA = 0] = transA ? [a[1], a[0]] : a;
  const [innerB = 0, columns = 0] = transB ? [b[1], b[0]] : b;
  if (a.length !== 2 || b.length !== 2 || innerA !== innerB) {
    throw mismatch(node, `[${a.join(', ')}] by [${b.join(', ')}]`);
  }
  return { rows, inner: innerA, columns };
}

function product(a: NdArray, b: NdArray, form: Form, node: Node): NdArray {
  const { rows, inner, columns } = dimensions(a.shape, b.shape, form, node);
  const result = emptyArray([rows, columns]);
  const [stepA, strideA] = form.transA ? [1, rows] : [inner, 1];
  const [strideB, stepB] = form.transB ? [1, inner] : [columns, 1];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let k = 0; k < inner; k++)
        sum += (a.data[r * stepA + k * strideA] ?? 0) * (b.data[k * strideB + c * stepB] ?? 0);
      result.data[r * columns + c] = form.alpha * sum;
    }
  }
  return result;
}

/** alpha A' B' + beta C, where ' transposes as asked. */
export const gemm: Op = {
  opType: 'Gemm',
  infer(inputs, node) {
    const [a, b] = [need(inputs, 0, node), need(inputs, 1, node)];
    const { rows, columns } = dimensions(a.shape, b.shape, formOf(node), node);
    return [{ type: a.type, shape: [rows, columns] }];
  },
  evaluate(inputs, node) {
    const form = formOf(node);
    const result = product(need(inputs, 0, node), need(inputs, 1, node), form, node);
    const bias = inputs[2];
    return [bias === undefined ? result : zip(result, bias, (x, y) => x + form.beta * y)];
  },
  gradient(scope) {
    const { emit, gradient, input, wanted, shape, node } = scope;
    const { transA, transB, alpha, beta } = formOf(node);
    const multiply = (left: string, right: string, a: boolean, b: boolean) =>
      emit.op('Gemm', [left, right], { transA: int(a ? 1 : 0), transB: int(b ? 1 : 0), alpha: float(alpha) });
    const first = () =>
      transA ? multiply(input(1), gradient, transB, true) : multiply(gradient, input(1), false, !transB);
    const second = () =>
      transB ? multiply(gradient, input(0), true, transA) : multiply(input(0), gradient, !transA, false);
    const bias = () => {
      const sum = reduceTo(emit, gradient, shape(input(2)));
      return beta === 1 ? sum : emit.op('Mul', [sum, emit.scalar(beta)]);
    };
    return [first, second, bias].map((rule, i) => (wanted(i) ? rule() : undefined));
  },
};

/** Swaps the last two axes. */
function transposed(scope: GradientScope, value: string): string {
  const rank = scope.shape(value).length;
  const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return scope.emit.op('Transpose', [value], { perm: { kind: 'ints', value: perm } });
}

function batched(a: readonly number[], b: readonly number[], node: Node) {
  const wideA = a.length === 1 ? [1, ...a] : a;
  const wideB = b.length === 1 ? [...b, 1] : b;
  const rank = Math.max(wideA.length, wideB.length);
  const lead = Array.from({ length: rank - 2 }, (_, axis) => {
    const [x, y] = [wideA[axis - rank + wideA.length] ?? 1, wideB[axis - rank + wideB.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw mismatch(node, `[${a.join(', ')}] by [${b.join(', ')}]`);
    return Math.max(x, y);
  });
  const [rows = 1, inner = 1] = wideA.slice(-2);
  const [innerB = 1, columns = 1] = wideB.slice(-2);
  if (inner !== innerB) throw mismatch(node, `[${a.join(', ')}] by [${b.join(', ')}]`);
  const shape = [...lead, ...(a.length === 1 ? [] : [rows]), ...(b.length === 1 ? [] : [columns])];
  return { lead, rows, inner, columns, shape, wideA, wideB };
}

/** As numpy.matmul: the last two axes multiply, the others broadcast. */
export const matMul: Op = {
  opType: 'MatMul',
  infer(inputs, node) {
    const [a, b] = [need(inputs, 0, node), need(inputs, 1, node)];
    return [{ type: a.type, shape: batched(a.shape, b.shape, node).shape }];
  },
  evaluate(inputs, node) {
    const [a, b] = [need(inputs, 0, node), need(inputs, 1, node)];
    const { lead, rows, inner, columns, shape, wideA, wideB } = batched(a.shape, b.shape, node);
    const result = emptyArray(shape, a.type);
    const form = { transA: false, transB: false, alpha: 1, beta: 1 };
    const batchOf = (array: NdArray, wide: readonly number[], index: number, size: number) => {
      let rest = index;
      let position = 0;
      let stride = 1;
      for (let axis = lead.length - 1; axis >= 0; axis--) {
        const coordinate = rest % (lead[axis] ?? 1);
        rest = Math.floor(rest / (lead[axis] ?? 1));
        const extent = wide[axis - lead.length + wide.length - 2] ?? 1;
        if (extent !== 1) position += coordinate * stride;
        stride *= extent;
      }
      return array.data.subarray(position * size, (position + 1) * size);
    };
    const count = lead.reduce((x, y) => x * y, 1);
    for (let i = 0; i < count; i++) {
      const left = { type: a.type, shape: [rows, inner], data: batchOf(a, wideA, i, rows * inner) };
      const right = { type: b.type, shape: [inner, columns], data: batchOf(b, wideB, i, inner * columns) };
      result.data.set(product(left, right, form, node).data, i * rows * columns);
    }
    return [result];
  },
  gradient(scope) {
    const { emit, gradient, input, shape, wanted, node } = scope;
    const { lead, rows, columns, wideA, wideB } = batched(shape(input(0)), shape(input(1)), node);
    const wide = (value: string, target: readonly number[]) => emit.op('Reshape', [value, emit.ints(target)]);
    const g = wide(gradient, [...lead, rows, columns]);
    const back = (value: string, wideShape: readonly number[], i: number) =>
      wide(reduceTo(emit, value, wideShape), shape(input(i)));
    const first = () => back(emit.op('MatMul', [g, transposed(scope, wide(input(1), wideB))]), wideA, 0);
    const second = () => back(emit.op('MatMul', [transposed(scope, wide(input(0), wideA)), g]), wideB, 1);
    return [wanted(0) ? first() : undefined, wanted(1) ? second() : undefined];
  },
};
