import { AppError } from '../../../domain/errors.ts';
import { ndArray } from '../../network/array64.ts';
import type { Node } from '../../network/graph.ts';
import { opOf } from '../../network/inferShapes.ts';
import type { ValueType } from '../../network/ops/op.ts';
import type { TensorFlow, TfTensor } from './api.ts';
import { Value } from './value.ts';

/** One node about to run. */
export interface Call {
  readonly tf: TensorFlow;
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
}

/** Runs a node: the values of its outputs, in order. */
export type Kernel = (call: Call) => readonly Value[];

/** Input i, which must be there. */
export function inputOf({ node, inputs }: Call, i: number): Value {
  const input = inputs[i];
  if (input === undefined) throw new AppError('model-damaged', `${node.opType} ${node.name} lacks input ${i}.`);
  return input;
}

/** The whole numbers of an input that says how, not what: axes, shapes, pads. Undefined where it is left out. */
export function numbersOf({ node, inputs }: Call, i: number): number[] | undefined {
  const input = inputs[i];
  if (input === undefined) return undefined;
  if (input.known === undefined)
    throw new AppError('unsupported-operator', `${node.opType} ${node.name}: input ${i} is not a constant.`);
  return [...input.known.data];
}

/** Types and shapes of the outputs, by the operator's shape rule. */
export function outputTypes({ node, inputs }: Call): readonly ValueType[] {
  const types = inputs.map((value) => value && { type: value.type, shape: value.shape, constant: value.known });
  return opOf(node).infer(types, node);
}

export const typeOf = ({ type, shape, known }: Value): ValueType => ({ type, shape, constant: known });

/** Axes of an image in ONNX order by their place when the channels come last. */
export const placesInLast = [0, 2, 3, 1] as const;

/** Runs `change` on the elements in the order they lie in; `order[i]` is the ONNX axis at place i. */
export function inOrder(
  { tf }: Call,
  value: Value,
  change: (tensor: TfTensor, order: readonly number[]) => TfTensor,
): Value {
  if (value.isLast) return Value.ofLast(tf, change(value.as('last'), placesInLast), value.type);
  return Value.of(
    tf,
    change(
      value.plain(),
      value.shape.map((_, axis) => axis),
    ),
    value.type,
  );
}

/** A float tensor of one number. */
export const numberOf = (tf: TensorFlow, value: number): Value => Value.ofKnown(tf, ndArray([], [value]));
