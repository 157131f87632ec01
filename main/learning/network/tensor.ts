/** Element types as ONNX names them (TensorProto.DataType), with the number of the type on disk. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

export type ElementType = keyof typeof elementTypes;

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A dense tensor, row-major (the last axis varies fastest), images as [batch, channel, row, column].
 * `float16` is held as its bits in a Uint16Array, `bool` as 0 or 1 in a Uint8Array.
 */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type Tensors = Readonly<Record<string, Tensor>>;

const constructors = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const satisfies Record<ElementType, unknown>;

/** Number of elements; 1 for a scalar (shape []). */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function bytesPerElement(type: ElementType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/** The typed array in which `type` is held, of `length` zeros. */
export function emptyData(type: ElementType, length: number): TensorData {
  return new constructors[type](length);
}

/** The typed array of `type` over a copy of little-endian `bytes`. */
export function dataFromBytes(type: ElementType, bytes: Uint8Array): TensorData {
  // Not slice(): that of a Node Buffer shares its memory.
  const copy = new Uint8Array(bytes);
  return new constructors[type](copy.buffer, 0, copy.byteLength / bytesPerElement(type));
}

export function zeros(shape: readonly number[], type: ElementType = 'float32'): Tensor {
  return { type, shape, data: emptyData(type, sizeOf(shape)) };
}

/** A float32 tensor; `values` are copied unless they already are a Float32Array. */
export function float32(shape: readonly number[], values: ArrayLike<number>): Tensor {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  if (data.length !== sizeOf(shape)) throw new Error(`${data.length} values do not fill [${shape.join(', ')}]`);
  return { type: 'float32', shape, data };
}

/** A one-dimensional int64 tensor, as ONNX wants axes, shapes and pads. */
export function int64s(values: readonly number[]): Tensor {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** The elements of a float32 tensor; a bug if it holds anything else. */
export function float32Data(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`expected float32, got ${tensor?.type ?? 'nothing'}`);
  return tensor.data;
}
