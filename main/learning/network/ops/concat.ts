import { broadcastStrides, emptyArray, stridesOf, walk } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf, intsOf } from '../graph.ts';
import type { InputTypes, Op, ValueType } from './op.ts';
import { axisOf, constantInts, intsFrom, mismatch, need } from './op.ts';

export const concat: Op = {
  opType: 'Concat',
  infer(inputs, node) {
    const first = need(inputs, 0, node);
    const axis = axisOf(intOf(node, 'axis', 0), first.shape.length, node);
    const extents = inputs.map((_, i) => {
      const { shape } = need(inputs, i, node);
      if (shape.some((extent, a) => a !== axis && extent !== first.shape[a])) {
        throw mismatch(node, `[${shape.join(', ')}] does not join [${first.shape.join(', ')}] along axis ${axis}`);
      }
      return shape[axis] ?? 0;
    });
    const total = extents.reduce((a, b) => a + b, 0);
    return [{ type: first.type, shape: first.shape.map((extent, a) => (a === axis ? total : extent)) }];
  },
  evaluate(inputs, node) {
    const types: InputTypes = inputs;
    const [type] = this.infer(types, node);
    const result = emptyArray(type?.shape ?? [], type?.type);
    const axis = axisOf(intOf(node, 'axis', 0), result.shape.length, node);
    const strides = stridesOf(result.shape);
    let start = 0;
    inputs.forEach((_, i) => {
      const part = need(inputs, i, node);
      walk(part.shape, strides, start * (strides[axis] ?? 1), (position, index) => {
        result.data[index] = part.data[position] ?? 0;
      });
      start += part.shape[axis] ?? 0;
    });
    return [result];
  },
  gradient({ emit, gradient, input, node, shape, wanted }) {
    const axis = axisOf(intOf(node, 'axis', 0), shape(gradient).length, node);
    let start = 0;
    return node.inputs.map((_, i) => {
      const from = start;
      start += shape(input(i))[axis] ?? 0;
      if (!wanted(i)) return undefined;
      return emit.op('Slice', [gradient, emit.ints([from]), emit.ints([start]), emit.ints([axis])]);
    });
  },
};

function partsOf(extent: number, sizes: readonly number[] | undefined, node: Node): readonly number[] {
  const given = sizes ?? intsOf(node, 'split');
  if (given !== undefined) return given;
  const count = intOf(node, 'num_outputs', node.outputs.length);
  const each = Math.ceil(extent / count);
  return Array.from({ length: count }, (_, i) => Math.min(each, extent - i * each));
}

export const split: Op = {
  opType: 'Split',
  infer(inputs, node): ValueType[] {
    const { type, shape } = need(inputs, 0, node);
    const axis = axisOf(intOf(node, 'axis', 0), shape.length, node);
    const parts = partsOf(shape[axis] ?? 0, constantInts(inputs, 1, node), node);
    return parts.map((part) => ({ type, shape: shape.map((extent, a) => (a === axis ? part : extent)) }));
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const axis = axisOf(intOf(node, 'axis', 0), data.shape.length, node);
    const strides = stridesOf(data.shape);
    let start = 0;
    return partsOf(data.shape[axis] ?? 0, intsFrom(inputs, 1), node).map((part) => {
      const result = emptyArray(
        data.shape.map((extent, a) => (a === axis ? part : extent)),
        data.type,
      );
      walk(result.shape, strides, start * (strides[axis] ?? 1), (position, index) => {
        result.data[position] = data.data[index] ?? 0;
      });
      start += part;
      return result;
    });
  },
  gradient({ emit, gradients, node, output, shape, input }) {
    const parts = node.outputs.map((name, i) => {
      const known = gradients[i];
      if (known !== undefined) return known;
      if (name === undefined) throw mismatch(node, `output ${i} is left out`);
      return emit.op('Expand', [emit.scalar(0), emit.ints(shape(output(i)))]);
    });
    const axis = axisOf(intOf(node, 'axis', 0), shape(input(0)).length, node);
    return [emit.op('Concat', parts, { axis: int(axis) })];
  },
};

export const expand: Op = {
  opType: 'Expand',
  infer(inputs, node) {
    const data = need(inputs, 0, node);
    return [{ type: data.type, shape: expanded(data.shape, constantInts(inputs, 1, node), node) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const shape = expanded(data.shape, intsFrom(inputs, 1), node);
    const result = emptyArray(shape, data.type);
    walk(shape, broadcastStrides(data.shape, shape), 0, (position, index) => {
      result.data[position] = data.data[index] ?? 0;
    });
    return [result];
  },
  gradient({ emit, gradient, input, shape }) {
    const target = shape(input(0));
    const from = shape(gradient);
    const lead = from.length - target.length;
    const axes = from.flatMap((extent, a) => (a < lead || (target[a - lead] === 1 && extent !== 1) ? [a] : []));
    if (axes.length === 0) return [gradient];
    const sum = emit.op('ReduceSum', [gradient, emit.ints(axes)], { keepdims: int(0) });
    return [emit.op('Reshape', [sum, emit.ints(target)])];
  },
};

function expanded(from: readonly number[], target: readonly number[] | undefined, node: Node): number[] {
  if (target === undefined) throw mismatch(node, 'no target shape');
  const rank = Math.max(from.length, target.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(from[axis - rank + from.length] ?? 1, target[axis - rank + target.length] ?? 1),
  );
}
