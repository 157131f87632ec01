import type { Node } from '../graph.ts';
import { ints, textOf } from '../graph.ts';
import { float32, sizeOf } from '../tensor.ts';
import type { Composition } from './composite.ts';
import type { Emitter } from './op.ts';
import { mismatch, need } from './op.ts';

/** [output, input] weights along one axis, row by row. */
type Matrix = readonly (readonly (readonly [input: number, weight: number])[])[];

/**
 * rows x image x columns': whatever takes each row and each column of an image as a weighted sum of others. Undefined
 * leaves an axis as it is.
 */
export function alongImage(
  emit: Emitter,
  image: string,
  rows: Matrix | undefined,
  columns: Matrix | undefined,
): string {
  const { shape } = emit.typeOf(image);
  const tensor = (matrix: Matrix, inputs: number) => {
    const data = new Float32Array(matrix.length * inputs);
    matrix.forEach((taps, output) => {
      for (const [input, weight] of taps) data[output * inputs + input] = (data[output * inputs + input] ?? 0) + weight;
    });
    return emit.constant(float32([matrix.length, inputs], data));
  };
  let value = image;
  if (columns !== undefined) {
    const turned = emit.op('Transpose', [tensor(columns, shape[3] ?? 1)], { perm: ints([1, 0]) });
    value = emit.op('MatMul', [value, turned]);
  }
  return rows === undefined ? value : emit.op('MatMul', [tensor(rows, shape[2] ?? 1), value]);
}

/** The elements of an optional input, an empty one counting as left out. */
function given(emit: Emitter, node: Node, i: number): readonly number[] | undefined {
  const name = node.inputs[i];
  if (name === undefined || sizeOf(emit.typeOf(name).shape) === 0) return undefined;
  const { constant } = emit.typeOf(name);
  if (constant === undefined) throw mismatch(node, `input ${i} is not a constant`);
  return [...constant.data];
}

/** Where output element `i` lies in the input (ONNX Resize, coordinate_transformation_mode). */
function placeOf(mode: string, i: number, scale: number, input: number, output: number, node: Node): number {
  switch (mode) {
    case 'half_pixel':
      return (i + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return output > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return output > 1 ? (i * (input - 1)) / (output - 1) : 0;
    case 'asymmetric':
      return i / scale;
    default:
      throw mismatch(node, `coordinates ${mode} are not supported`);
  }
}

const rounding: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

function resized(node: Node, input: number, output: number, scale: number): Matrix | undefined {
  const coordinates = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const mode = textOf(node, 'mode', 'nearest');
  if (input === output && scale === 1) return undefined;
  const inside = (i: number) => Math.min(input - 1, Math.max(0, i));
  const round = rounding[textOf(node, 'nearest_mode', 'round_prefer_floor')] ?? Math.floor;
  return Array.from({ length: output }, (_, i) => {
    const place = placeOf(coordinates, i, scale, input, output, node);
    if (mode === 'nearest') return [[inside(round(place)), 1]];
    if (mode !== 'linear') throw mismatch(node, `mode ${mode} is not supported`);
    const low = Math.floor(place);
    return [
      [inside(low), 1 - (place - low)],
      [inside(low + 1), place - low],
    ];
  });
}

/** Nearest or linear, of rows and columns. */
const resize: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const { shape } = emit.typeOf(x);
  const scales = given(emit, node, 2);
  const sizes = given(emit, node, 3);
  if (shape.length !== 4 || node.attributes.axes !== undefined) throw mismatch(node, 'only images are resized');
  if (scales === undefined && sizes === undefined) throw mismatch(node, 'neither scales nor sizes are given');
  const outputs = shape.map((extent, i) => sizes?.[i] ?? Math.floor(extent * (scales?.[i] ?? 1)));
  if (outputs[0] !== shape[0] || outputs[1] !== shape[1]) throw mismatch(node, 'only rows and columns are resized');
  const matrix = (axis: number) => {
    const [input, output] = [shape[axis] ?? 1, outputs[axis] ?? 1];
    return resized(node, input, output, scales?.[axis] ?? output / input);
  };
  return [alongImage(emit, x, matrix(2), matrix(3))];
};

export const compositions: Readonly<Record<string, Composition>> = { Resize: resize };

/** Where the elements of a padded axis come from (ONNX Pad: edge, reflect, wrap). */
export function paddedPlaces(mode: string, extent: number, before: number, after: number, node: Node): number[] {
  const period = 2 * (extent - 1);
  const place = (i: number) => {
    if (mode === 'edge') return Math.min(extent - 1, Math.max(0, i));
    if (mode === 'wrap') return ((i % extent) + extent) % extent;
    if (mode !== 'reflect') throw mismatch(node, `padding ${mode} is not supported`);
    const folded = period === 0 ? 0 : ((i % period) + period) % period;
    return folded < extent ? folded : period - folded;
  };
  return Array.from({ length: extent + before + after }, (_, i) => place(i - before));
}
