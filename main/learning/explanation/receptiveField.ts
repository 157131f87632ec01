import { type Graph, intOf, intsOf, type Node, textOf } from '../network/graph.ts';
import type { AxisLattice } from './gridGeometry.ts';

/** Lattice of a value's rows and columns on the graph's image input. */
export interface FieldLattice {
  readonly row: AxisLattice;
  readonly column: AxisLattice;
}

/** Operators that keep rows and columns where they are. */
const pointwise = new Set(
  (
    'Relu LeakyRelu Clip Sigmoid Tanh HardSigmoid HardSwish Elu Selu PRelu Softplus Erf Exp Sqrt Neg Abs Pow Identity ' +
    'Dropout Cast BatchNormalization InstanceNormalization LRN Add Sub Mul Div Sum Max Min Where Concat'
  ).split(' '),
);

const windowed = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool']);

/** A value without a place on the image: one number per channel, as in squeeze-and-excitation. */
const everywhere = 'everywhere';
type Known = Map<string, FieldLattice | typeof everywhere>;

const sameAxis = (a: AxisLattice, b: AxisLattice) => a.start === b.start && a.step === b.step;

/** One axis through a sliding window: Araujo, Norris and Sim, "Computing receptive fields", Distill 2019. */
function throughWindow(
  axis: AxisLattice,
  kernel: number,
  stride: number,
  dilation: number,
  padBefore: number,
): AxisLattice {
  return { step: axis.step * stride, start: axis.start + ((dilation * (kernel - 1)) / 2 - padBefore) * axis.step };
}

function windowLattice(node: Node, input: FieldLattice, kernel: readonly number[]): FieldLattice | undefined {
  if (!['NOTSET', 'VALID'].includes(textOf(node, 'auto_pad', 'NOTSET')) || kernel.length !== 2) return undefined;
  const strides = intsOf(node, 'strides') ?? [1, 1];
  const dilations = intsOf(node, 'dilations') ?? [1, 1];
  const pads = intsOf(node, 'pads') ?? [0, 0, 0, 0];
  const along = (axis: AxisLattice, i: 0 | 1) =>
    throughWindow(axis, kernel[i] ?? 1, strides[i] ?? 1, dilations[i] ?? 1, pads[i] ?? 0);
  return { row: along(input.row, 0), column: along(input.column, 1) };
}

function kernelOf(graph: Graph, node: Node): readonly number[] | undefined {
  const own = intsOf(node, 'kernel_shape');
  if (own) return own;
  return graph.initializers.get(node.inputs[1] ?? '')?.shape.slice(2);
}

/** Global pooling, under either of the names that graphs give it. */
function isGlobalPooling(graph: Graph, node: Node): boolean {
  if (node.opType === 'GlobalAveragePool' || node.opType === 'GlobalMaxPool') return true;
  if (node.opType !== 'ReduceMean' && node.opType !== 'ReduceMax') return false;
  const inputAxes = graph.initializers.get(node.inputs[1] ?? '')?.data;
  const axes = intsOf(node, 'axes') ?? Array.from(inputAxes ?? [], Number);
  const isOver = (axis: number) => axes.includes(axis) || axes.includes(axis - 4);
  return isOver(2) && isOver(3);
}

function mergedLattice(lattices: readonly FieldLattice[]): FieldLattice | undefined {
  const [first, ...others] = lattices;
  const agree = others.every((o) => first && sameAxis(o.row, first.row) && sameAxis(o.column, first.column));
  return agree ? first : undefined;
}

function latticeOf(graph: Graph, node: Node, known: Known): FieldLattice | typeof everywhere | undefined {
  if (node.domain !== '') return undefined;
  if (isGlobalPooling(graph, node)) return everywhere;
  const values = node.inputs.filter((name) => name !== undefined && !graph.initializers.has(name));
  const places = values.map((name) => known.get(name ?? ''));
  if (places.some((place) => place === undefined)) return undefined;
  const lattices = places.filter((place) => typeof place === 'object');
  if (places.length > 0 && lattices.length === 0) return everywhere;
  if (node.opType === 'Concat' && intOf(node, 'axis', 1) !== 1) return undefined;
  if (pointwise.has(node.opType)) return mergedLattice(lattices);
  const [first] = lattices;
  if (!first || !windowed.has(node.opType) || intOf(node, 'ceil_mode', 0) !== 0) return undefined;
  const kernel = kernelOf(graph, node);
  return kernel && windowLattice(node, first, kernel);
}

/**
 * Where the rows and columns of `value` have the centres of their receptive fields on the image input. With odd kernels
 * and strides this differs from even tiling by up to half a cell: the cells of a ResNet on 128 pixels are centred at 0,
 * 32, 64 and 96, not at 15.5, 47.5, ... Undefined where an operator on the way moves pixels in a way unknown here, or
 * two branches meet that do not agree.
 */
export function receptiveLattice(graph: Graph, imageInput: string, value: string): FieldLattice | undefined {
  const origin: AxisLattice = { start: 0, step: 1 };
  const known: Known = new Map([[imageInput, { row: origin, column: origin }]]);
  for (const node of graph.nodes) {
    const lattice = latticeOf(graph, node, known);
    const [output] = node.outputs;
    if (lattice && output !== undefined) known.set(output, lattice);
    if (output === value) break;
  }
  const place = known.get(value);
  return typeof place === 'object' ? place : undefined;
}
