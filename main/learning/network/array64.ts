import { halfToNumber } from './half.ts';
import type { ElementType, Tensor } from './tensor.ts';
import { emptyData, sizeOf } from './tensor.ts';

/** A tensor whose elements are all held as float64, whatever its declared type: what the reference interpreter computes on. */
export interface NdArray {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function ndArray(shape: readonly number[], data: ArrayLike<number>, type: ElementType = 'float32'): NdArray {
  return { type, shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

export function emptyArray(shape: readonly number[], type: ElementType = 'float32'): NdArray {
  return { type, shape, data: new Float64Array(sizeOf(shape)) };
}

export function arrayFromTensor(tensor: Tensor): NdArray {
  const { type, shape, data } = tensor;
  if (type === 'float16') return { type, shape, data: Float64Array.from(data as Uint16Array, halfToNumber) };
  const values = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = Number(data[i]);
  return { type, shape, data: values };
}

/** Rounds to the declared type; float16 is not written. */
export function tensorFromArray(array: NdArray): Tensor {
  const { type, shape } = array;
  if (type === 'float16') throw new Error('float16 tensors are read, not written');
  const data = emptyData(type, array.data.length);
  const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < data.length; i++) {
    const value = array.data[i] ?? 0;
    data[i] = wide ? BigInt(Math.trunc(value)) : value;
  }
  return { type, shape, data };
}

/** Distance in elements between neighbours along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/**
 * Calls `visit(position, index)` for every position of `shape` in row-major order, where `index` moves by
 * `strides[axis]` along each axis from `offset`: transposes, slices, broadcasts and reductions are all this walk.
 */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (position: number, index: number) => void,
): void {
  const size = sizeOf(shape);
  const coordinates = new Array<number>(shape.length).fill(0);
  let index = offset;
  for (let position = 0; position < size; position++) {
    visit(position, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (coordinates[axis] ?? 0) + 1;
      index += stride;
      if (next < (shape[axis] ?? 0)) {
        coordinates[axis] = next;
        break;
      }
      coordinates[axis] = 0;
      index -= stride * next;
    }
  }
}

/** A copy of the elements that a strided view of `source` shows. */
export function strided(source: NdArray, shape: readonly number[], strides: readonly number[], offset = 0): NdArray {
  const result = emptyArray(shape, source.type);
  walk(shape, strides, offset, (position, index) => {
    result.data[position] = source.data[index] ?? 0;
  });
  return result;
}

/** The shape two shapes broadcast to (ONNX, Broadcasting: as numpy), or undefined where they do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** Strides that repeat a tensor of `from` over the larger shape `to`. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : (strides[axis - lead] ?? 0)));
}

export function broadcastTo(source: NdArray, shape: readonly number[]): NdArray {
  return strided(source, shape, broadcastStrides(source.shape, shape));
}

/** Element by element with broadcasting. */
export function zip(a: NdArray, b: NdArray, combine: (x: number, y: number) => number, type = a.type): NdArray {
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === undefined) throw new Error(`[${a.shape.join()}] and [${b.shape.join()}] do not broadcast`);
  const left = broadcastTo(a, shape);
  const right = broadcastTo(b, shape);
  return { type, shape, data: left.data.map((value, i) => combine(value, right.data[i] ?? 0)) };
}

export function map(a: NdArray, change: (x: number) => number, type = a.type): NdArray {
  return { type, shape: a.shape, data: a.data.map((value) => change(value)) };
}

/** Sums over `axes`; the result keeps them with extent 1. */
export function sumOver(a: NdArray, axes: readonly number[]): NdArray {
  const shape = a.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const result = emptyArray(shape, a.type);
  walk(a.shape, broadcastStrides(shape, a.shape), 0, (position, index) => {
    result.data[index] = (result.data[index] ?? 0) + (a.data[position] ?? 0);
  });
  return result;
}

export function reshaped(a: NdArray, shape: readonly number[]): NdArray {
  return { type: a.type, shape, data: a.data };
}
