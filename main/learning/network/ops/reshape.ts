import { reshaped } from '../array64.ts';
import type { Node } from '../graph.ts';
import { intOf, intsOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { InputArrays, InputTypes, Op, ValueType } from './op.ts';
import { axisOf, constantInts, intsFrom, mismatch, need, reshapeTo } from './op.ts';

type ShapeRule = (from: readonly number[], second: readonly number[] | undefined, node: Node) => readonly number[];

/** Same elements, other shape; the second input, where there is one, says which. */
function reshaping(opType: string, rule: ShapeRule): Op {
  return {
    opType,
    infer(inputs: InputTypes, node) {
      const data = need(inputs, 0, node);
      const shape = rule(data.shape, constantInts(inputs, 1, node), node);
      if (sizeOf(shape) !== sizeOf(data.shape)) {
        throw mismatch(node, `[${data.shape.join(', ')}] does not fill [${shape.join(', ')}]`);
      }
      const result: ValueType = { type: data.type, shape };
      return [result];
    },
    evaluate(inputs: InputArrays, node) {
      const data = need(inputs, 0, node);
      return [reshaped(data, rule(data.shape, intsFrom(inputs, 1), node))];
    },
    gradient: ({ emit, gradient, input, shape }) => [reshapeTo(emit, gradient, shape(input(0)))],
  };
}

/** 0 keeps the extent (unless allowzero), -1 takes what is left. */
export const reshape = reshaping('Reshape', (from, target, node) => {
  if (target === undefined) throw mismatch(node, 'no target shape');
  const keepsZero = intOf(node, 'allowzero', 0) === 1;
  const shape = target.map((extent, axis) => (extent === 0 && !keepsZero ? (from[axis] ?? 0) : extent));
  const known = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  return shape.map((extent) => (extent === -1 ? sizeOf(from) / known : extent));
});

export const flatten = reshaping('Flatten', (from, _, node) => {
  const axis = intOf(node, 'axis', 1);
  const split = axis < 0 ? axis + from.length : axis;
  return [sizeOf(from.slice(0, split)), sizeOf(from.slice(split))];
});

export const squeeze = reshaping('Squeeze', (from, second, node) => {
  const axes = (second ?? intsOf(node, 'axes'))?.map((axis) => axisOf(axis, from.length, node));
  return from.filter((extent, axis) => (axes === undefined ? extent !== 1 : !axes.includes(axis)));
});

export const unsqueeze = reshaping('Unsqueeze', (from, second, node) => {
  const given = second ?? intsOf(node, 'axes') ?? [];
  const rank = from.length + given.length;
  const axes = given.map((axis) => axisOf(axis, rank, node));
  const rest = [...from];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
});
