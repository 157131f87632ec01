import { AppError } from '../../../domain/errors.ts';
import type { NdArray } from '../../network/array64.ts';
import { arrayFromTensor, tensorFromArray } from '../../network/array64.ts';
import type { ElementType, Tensor, TensorData } from '../../network/tensor.ts';
import { emptyData, sizeOf } from '../../network/tensor.ts';
import type { TensorFlow, TfImage, TfTensor } from './api.ts';

/** Constants larger than this are weights, not shape arithmetic. */
const knownLimit = 4096;
const numbersLimit = 16;

const wholeNumbers: ReadonlySet<ElementType> = new Set(['uint8', 'int8', 'uint16', 'int16', 'int32', 'int64']);

/** TensorFlow.js has three element types: whole numbers of any width are int32, the others are refused. */
export function dtypeOf(type: ElementType): 'float32' | 'int32' | 'bool' {
  if (type === 'float32' || type === 'bool') return type;
  if (wholeNumbers.has(type)) return 'int32';
  throw new AppError('unsupported-operator', `TensorFlow.js has no ${type} numbers.`);
}

function upload(tf: TensorFlow, { type, shape, data }: Tensor): TfTensor {
  const dtype = dtypeOf(type);
  const values = dtype === 'int32' && !(data instanceof Int32Array) ? Int32Array.from(data as Int8Array, Number) : data;
  return tf.tensor(values as Float32Array, [...shape], dtype);
}

/** How the elements of a value can lie: as ONNX has them, an image channels last, a filter [row, column, in, out]. */
const views = { last: [0, 2, 3, 1], filter: [2, 3, 1, 0] } as const;
type View = 'plain' | keyof typeof views;

/**
 * A value of the graph while it runs. Images may lie channels last, which is what convolutions take and give: they are
 * turned only where something asks for the other order, once. Small constants are also known as numbers, on which shape
 * arithmetic is done without TensorFlow.
 */
export class Value {
  readonly type: ElementType;
  /** As ONNX has it, whatever the order in memory. */
  readonly shape: readonly number[];
  /** The elements, where they are known without asking TensorFlow. */
  readonly known: NdArray | undefined;
  readonly #tf: TensorFlow;
  readonly #tensors = new Map<View, TfTensor>();

  private constructor(tf: TensorFlow, type: ElementType, shape: readonly number[], known?: NdArray) {
    this.#tf = tf;
    this.type = type;
    this.shape = shape;
    this.known = known;
  }

  static of(tf: TensorFlow, tensor: TfTensor, type: ElementType = 'float32'): Value {
    const value = new Value(tf, type, tensor.shape);
    value.#keep('plain', tensor);
    return value;
  }

  /** @param tensor [batch, row, column, channel] */
  static ofLast(tf: TensorFlow, tensor: TfTensor, type: ElementType = 'float32'): Value {
    const [batch = 1, rows = 1, columns = 1, channels = 1] = tensor.shape;
    const value = new Value(tf, type, [batch, channels, rows, columns]);
    value.#keep('last', tensor);
    return value;
  }

  static ofKnown(tf: TensorFlow, array: NdArray): Value {
    return new Value(tf, array.type, array.shape, array);
  }

  /** Of a constant of the graph. */
  static ofConstant(tf: TensorFlow, tensor: Tensor): Value {
    const limit = tensor.type.includes('int') ? knownLimit : numbersLimit;
    return sizeOf(tensor.shape) <= limit ? Value.ofKnown(tf, arrayFromTensor(tensor)) : Value.ofTensor(tf, tensor);
  }

  /** Of what the graph is fed with. */
  static ofTensor(tf: TensorFlow, tensor: Tensor): Value {
    const value = new Value(tf, tensor.type, tensor.shape);
    value.#keep('plain', upload(tf, tensor));
    return value;
  }

  #keep(view: View, tensor: TfTensor): TfTensor {
    // What an operator hands on untouched still belongs to the value it came from.
    const own = this.#tf.keep(tensor.kept ? tensor.clone() : tensor);
    this.#tensors.set(view, own);
    return own;
  }

  /** An image that nobody has asked for in ONNX order yet. */
  get isLast(): boolean {
    return this.#tensors.has('last') && !this.#tensors.has('plain');
  }

  /** The tensor in ONNX order. It belongs to the value. */
  plain(): TfTensor {
    const there = this.#tensors.get('plain');
    if (there !== undefined) return there;
    if (this.known !== undefined) return this.#keep('plain', upload(this.#tf, tensorFromArray(this.known)));
    const last = this.#tensors.get('last');
    if (last === undefined) throw new Error('a value without elements');
    return this.#keep('plain', this.#tf.transpose(last, [0, 3, 1, 2]));
  }

  /** An image as [batch, row, column, channel], a filter as [row, column, input, output]. */
  as(view: keyof typeof views): TfImage {
    const there = this.#tensors.get(view) ?? this.#keep(view, this.#tf.transpose(this.plain(), [...views[view]]));
    return there as TfImage;
  }

  /** Copies the elements into main memory. */
  async read(): Promise<Tensor> {
    const { type, shape } = this;
    if (this.known !== undefined) return tensorFromArray(this.known);
    const data = await this.plain().data();
    if (type === 'int64') return { type, shape, data: BigInt64Array.from(data as Int32Array, BigInt) };
    if (dtypeOf(type) !== 'int32' || type === 'int32') return { type, shape, data: data as TensorData };
    const own = emptyData(type, data.length) as Int32Array;
    own.set(data as Int32Array);
    return { type, shape, data: own };
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
