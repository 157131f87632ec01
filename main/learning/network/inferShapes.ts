import { AppError } from '../../domain/errors.ts';
import { arrayFromTensor } from './array64.ts';
import type { Graph, Node } from './graph.ts';
import { blockedDomain, blockedOps } from './ops/convolution/blocked.ts';
import type { InputTypes, Op, ValueType } from './ops/op.ts';
import { ops } from './ops/registry.ts';
import type { Tensor } from './tensor.ts';
import { sizeOf } from './tensor.ts';

/** Constants larger than this are weights, not shape arithmetic: their elements are not looked at. */
const foldLimit = 4096;

/** The rules of a node's operator. @throws AppError unsupported-operator */
export function opOf(node: Node): Op {
  const rules = node.domain === '' ? ops : node.domain === blockedDomain ? blockedOps : undefined;
  const op = rules?.get(node.opType);
  if (op !== undefined) return op;
  const name = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`;
  throw new AppError('unsupported-operator', `The network uses ${name}, which Groundglass does not know.`);
}

/** The distinct operators of a graph that are not known here. */
export function unknownOps(graph: Graph): string[] {
  const names = graph.nodes.flatMap((node) => (node.domain === '' && ops.has(node.opType) ? [] : [node.opType]));
  return [...new Set(names)].sort();
}

/** Type of a constant; its elements are kept where they can matter for shapes. */
export function typeOfTensor(tensor: Tensor): ValueType {
  const { type, shape } = tensor;
  const small = sizeOf(shape) <= 16 || (type.includes('int') && sizeOf(shape) <= foldLimit);
  return { type, shape, constant: small ? arrayFromTensor(tensor) : undefined };
}

/** Types of a node's outputs; values that follow from small constants alone are computed on the way. */
export function inferNode(node: Node, inputs: InputTypes): readonly ValueType[] {
  const op = opOf(node);
  const types = op.infer(inputs, node);
  const known = inputs.every((input) => input === undefined || input.constant !== undefined);
  if (!known || types.some((type) => type.constant !== undefined || sizeOf(type.shape) > foldLimit)) return types;
  const values = op.evaluate(
    inputs.map((input) => input?.constant),
    node,
  );
  return types.map((type, i) => ({ ...type, constant: values[i] }));
}

/** Declared input shapes with given ones in their place. @throws AppError invalid-input for an axis still open */
export function boundInputs(
  graph: Graph,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): Map<string, ValueType> {
  return new Map(
    graph.inputs.map(({ name, type, shape }) => {
      const bound = shapes[name] ?? shape;
      const open = bound === undefined || bound.some((extent) => typeof extent !== 'number' || extent < 0);
      if (bound === undefined || open) {
        throw new AppError(
          'invalid-input',
          `Input ${name} of the network needs a size (declared [${shape?.join(', ')}]).`,
        );
      }
      return [name, { type, shape: bound.map(Number) }];
    }),
  );
}

/**
 * Type and shape of every value of a graph, for given input shapes (those declared, where they are fixed).
 * @throws AppError unsupported-operator, shape-mismatch, invalid-input
 */
export function inferShapes(
  graph: Graph,
  shapes?: Readonly<Record<string, readonly number[]>>,
): Map<string, ValueType> {
  const missing = unknownOps(graph);
  if (missing.length > 0) {
    throw new AppError(
      'unsupported-operator',
      `The network uses operators Groundglass does not know: ${missing.join(', ')}.`,
    );
  }
  const types = boundInputs(graph, shapes);
  for (const [name, tensor] of graph.initializers) types.set(name, typeOfTensor(tensor));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => {
      if (name === undefined) return undefined;
      const type = types.get(name);
      if (type === undefined) throw new AppError('model-damaged', `${node.opType} reads ${name}, which nothing makes.`);
      return type;
    });
    inferNode(node, inputs).forEach((type, i) => {
      const name = node.outputs[i];
      if (name !== undefined) types.set(name, type);
    });
  }
  return types;
}
