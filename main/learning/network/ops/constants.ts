import { AppError } from '../../../domain/errors.ts';
import type { NdArray } from '../array64.ts';
import { arrayFromTensor, emptyArray, map, ndArray } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf, tensorOf } from '../graph.ts';
import type { ElementType } from '../tensor.ts';
import { elementTypes } from '../tensor.ts';
import type { Op } from './op.ts';
import { constantInts, intsFrom, need } from './op.ts';

/** The value an ONNX Constant holds, in any of its attributes. */
function constantOf(node: Node): NdArray {
  const tensor = tensorOf(node, 'value');
  if (tensor !== undefined) return arrayFromTensor(tensor);
  const [name, attribute] = Object.entries(node.attributes)[0] ?? [];
  switch (attribute?.kind) {
    case 'float':
      return ndArray([], [attribute.value]);
    case 'int':
      return ndArray([], [attribute.value], 'int64');
    case 'floats':
      return ndArray([attribute.value.length], attribute.value);
    case 'ints':
      return ndArray([attribute.value.length], attribute.value, 'int64');
    default:
      throw new AppError('unsupported-operator', `Constant ${node.name} holds ${name ?? 'nothing'}.`);
  }
}

export const constant: Op = {
  opType: 'Constant',
  infer: (_, node) => {
    const value = constantOf(node);
    return [{ type: value.type, shape: value.shape, constant: value }];
  },
  evaluate: (_, node) => [constantOf(node)],
};

export const constantOfShape: Op = {
  opType: 'ConstantOfShape',
  infer: (inputs, node) => [
    { type: tensorOf(node, 'value')?.type ?? 'float32', shape: constantInts(inputs, 0, node) ?? [] },
  ],
  evaluate: (inputs, node) => {
    const value = tensorOf(node, 'value');
    const result = emptyArray(intsFrom(inputs, 0) ?? [], value?.type);
    result.data.fill(Number(value?.data[0] ?? 0));
    return [result];
  },
};

/** start, start + delta, ... before limit. */
export const range: Op = {
  opType: 'Range',
  infer(inputs, node) {
    const [start, limit, delta] = [0, 1, 2].map((i) => constantInts(inputs, i, node)?.[0]);
    return [{ type: need(inputs, 0, node).type, shape: [rangeCount(start, limit, delta)] }];
  },
  evaluate(inputs, node) {
    const [start = 0, limit, delta = 1] = [0, 1, 2].map((i) => intsFrom(inputs, i)?.[0]);
    const values = Array.from({ length: rangeCount(start, limit, delta) }, (_, i) => start + i * delta);
    return [ndArray([values.length], values, need(inputs, 0, node).type)];
  },
};

function rangeCount(start = 0, limit = 0, delta = 1): number {
  return Math.max(0, Math.ceil((limit - start) / delta));
}

export const shape: Op = {
  opType: 'Shape',
  infer: (inputs, node) => {
    const value = shapeOf(need(inputs, 0, node).shape, node);
    return [{ type: 'int64', shape: value.shape, constant: value }];
  },
  evaluate: (inputs, node) => [shapeOf(need(inputs, 0, node).shape, node)],
};

function shapeOf(extents: readonly number[], node: Node): NdArray {
  const part = extents.slice(intOf(node, 'start', 0), intOf(node, 'end', extents.length));
  return ndArray([part.length], part, 'int64');
}

const typeNames = new Map<number, ElementType>(
  Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]),
);

export function targetOf(node: Node): ElementType {
  const type = typeNames.get(intOf(node, 'to', 1));
  if (type === undefined) throw new AppError('unsupported-operator', `Cast ${node.name} to an unknown type.`);
  return type;
}

/** Between floating types the gradient passes; integers have none. */
export const cast: Op = {
  opType: 'Cast',
  infer: (inputs, node) => [{ type: targetOf(node), shape: need(inputs, 0, node).shape }],
  evaluate: (inputs, node) => {
    const type = targetOf(node);
    const data = need(inputs, 0, node);
    if (type === 'bool') return [map(data, (x) => (x === 0 ? 0 : 1), type)];
    return [type.startsWith('float') ? { ...data, type } : map(data, Math.trunc, type)];
  },
  gradient: ({ emit, gradient, input }) => {
    const { type } = emit.typeOf(input(0));
    return [emit.op('Cast', [gradient], { to: int(elementTypes[type]) })];
  },
};
