import { AppError } from '../../../domain/errors.ts';
import type { NdArray } from '../array64.ts';
import { broadcastShape } from '../array64.ts';
import type { Attributes, Node } from '../graph.ts';
import type { ElementType, Tensor } from '../tensor.ts';

/** What is known about a value before anything runs. `constant`: its elements, where they are known. */
export interface ValueType {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly constant?: NdArray | undefined;
}

export type InputTypes = readonly (ValueType | undefined)[];
export type InputArrays = readonly (NdArray | undefined)[];

/** Writes one way of computing something. @param inputs names of the values it is computed from */
export type Form = (emit: Emitter, inputs: readonly string[]) => string;

/**
 * Something that can be written in several ways which give the same numbers up to rounding. Which of them is fastest
 * depends on the machine.
 */
export interface FormQuestion {
  /** What is computed and of what shapes, in words: equal keys have equal answers. */
  readonly key: string;
  /** By name; all float32. */
  readonly forms: Readonly<Record<string, Form>>;
  /** What rules of shape alone say. */
  readonly usual: string;
  /** Shapes of the inputs. */
  readonly inputs: readonly (readonly number[])[];
}

/** Where gradient and lowering rules write nodes. Equal nodes are written once and share their values. */
export interface Emitter {
  /** Adds a node and names its first output. */
  op(opType: string, inputs: readonly (string | undefined)[], attributes?: Attributes): string;
  /** Adds a node with `count` outputs. */
  ops(opType: string, inputs: readonly (string | undefined)[], count: number, attributes?: Attributes): string[];
  /** A one-dimensional int64 constant. */
  ints(values: readonly number[]): string;
  /** A float constant of shape []. */
  scalar(value: number): string;
  constant(tensor: Tensor): string;
  typeOf(value: string): ValueType;
  /** Writes what was chosen out of several forms, and names its value. */
  answer(question: FormQuestion, inputs: readonly string[]): string;
  isConstant(value: string): boolean;
  /** The node whose output a value is, where one is known. */
  makerOf(value: string): Node | undefined;
  /** Channels in a block of the engine's own layout, where it has one (ops/convolution/blocked.ts). */
  readonly block?: number | undefined;
  /** `plain`: the engine's MaxPool does not say where the maximum was. */
  readonly lowering?: Lowering;
}

/** What gradient rules may rely on: `indexed` engines give the places of maxima, `plain` ones (WebGPU) do not. */
export type Lowering = 'indexed' | 'plain';

export interface GradientScope {
  readonly emit: Emitter;
  readonly node: Node;
  /** Name of input i; a bug if it was left out. */
  input(i: number): string;
  /** Name of output i (also of outputs only saved for the gradient). */
  output(i: number): string;
  shape(value: string): readonly number[];
  /** Gradients of the loss with respect to each output, undefined where it does not depend on it. */
  readonly gradients: readonly (string | undefined)[];
  /** Gradient with respect to output 0. */
  readonly gradient: string;
  wanted(i: number): boolean;
}

/** One operator of the ONNX standard: its shape rule, its reference kernel and its gradient rule side by side. */
export interface Op {
  readonly opType: string;
  infer(inputs: InputTypes, node: Node): readonly ValueType[];
  /** In float64; inputs are what `infer` accepted. */
  evaluate(inputs: InputArrays, node: Node): readonly NdArray[];
  /** Names of the gradients with respect to each input. Absent: not differentiable. */
  gradient?(scope: GradientScope): readonly (string | undefined)[];
  /** How many outputs the forward node needs for its gradient, if more than the graph asks for. */
  readonly outputsForGradient?: number;
  /**
   * Writes the node with simpler operators, through which it is then differentiated; undefined where this node has a
   * rule of its own.
   */
  compose?(emit: Emitter, node: Node): readonly (string | undefined)[] | undefined;
  /** Writes the node with operators that engines run, where they do not run this form of it. */
  lower?(emit: Emitter, node: Node): readonly (string | undefined)[] | undefined;
}

/** Input i, which must be there. */
export function need<T>(inputs: readonly (T | undefined)[], i: number, node: Node): T {
  const input = inputs[i];
  if (input === undefined) throw new AppError('model-damaged', `${node.opType} ${node.name} lacks input ${i}.`);
  return input;
}

export function mismatch(node: Node, detail: string): AppError {
  return new AppError('shape-mismatch', `${node.opType} ${node.name}: ${detail}.`);
}

/** Negative axes count from the end. */
export function axisOf(axis: number, rank: number, node: Node): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= Math.max(rank, 1)) throw mismatch(node, `axis ${axis} of a tensor of rank ${rank}`);
  return positive;
}

/** The elements of an input that must be known before running (axes, shapes, pads). */
export function constantInts(inputs: InputTypes, i: number, node: Node): number[] | undefined {
  const input = inputs[i];
  if (input === undefined) return undefined;
  if (input.constant === undefined) {
    throw new AppError('unsupported-operator', `${node.opType} ${node.name}: input ${i} is not a constant.`);
  }
  return [...input.constant.data];
}

export function intsFrom(inputs: InputArrays, i: number): number[] | undefined {
  const input = inputs[i];
  return input === undefined ? undefined : [...input.data];
}

export function broadcastOf(a: readonly number[], b: readonly number[], node: Node): number[] {
  const shape = broadcastShape(a, b);
  if (shape === undefined) throw mismatch(node, `[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
  return shape;
}

/** Sums a gradient over the axes along which its value was broadcast, back to `shape`. */
export function reduceTo(emit: Emitter, gradient: string, shape: readonly number[]): string {
  const from = emit.typeOf(gradient).shape;
  const lead = from.length - shape.length;
  const axes = from.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const sum = emit.op('ReduceSum', [gradient, emit.ints(axes)], { keepdims: { kind: 'int', value: 0 } });
  return reshapeTo(emit, sum, shape);
}

export function reshapeTo(emit: Emitter, value: string, shape: readonly number[]): string {
  const from = emit.typeOf(value).shape;
  if (from.length === shape.length && from.every((extent, axis) => extent === shape[axis])) return value;
  return emit.op('Reshape', [value, emit.ints(shape)]);
}

/** A float constant to twice the digits of float32, which matter to the reference; engines compute the sum once. */
export function preciseScalar(emit: Emitter, value: number): string {
  const rest = value - Math.fround(value);
  return rest === 0 ? emit.scalar(value) : emit.op('Add', [emit.scalar(value), emit.scalar(rest)]);
}
