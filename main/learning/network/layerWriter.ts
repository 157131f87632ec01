import type { ArchitectureOptions } from './architectures/architecture.ts';
import type { Attributes, Dimension, ValueInfo } from './graph.ts';
import { float, int, ints } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { denseUniform, heNormal, normal } from './initialise.ts';
import type { Network } from './network.ts';
import type { Tensor } from './tensor.ts';
import { float32, sizeOf, zeros } from './tensor.ts';

/** One number for rows and columns, or one for each. */
type Pair = number | readonly [rows: number, columns: number];

/**
 * How weights start: `he` for layers followed by a rectifier, `uniform` within 1 / sqrt(fan-in) (bias too), or normal
 * with a deviation. Biases start at 0 but for `uniform`.
 */
type Start = 'he' | 'uniform' | { readonly deviation: number };

export interface ConvolutionShape {
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride?: number;
  readonly padding?: Pair;
  readonly group?: number;
  /** False where a normalisation follows. */
  readonly bias?: boolean;
  readonly start?: Start;
}

export interface PoolShape {
  readonly kernel: number;
  readonly stride: number;
  readonly padding?: number;
  /** A window may reach past the end. */
  readonly ceil?: boolean;
}

export type Activation = 'relu' | 'relu6' | 'silu' | 'hardswish' | 'hardsigmoid' | 'sigmoid' | 'gelu';

const both = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value);

/** Writes a network layer by layer. A layer's output has the layer's name, its tensors `<name>.weight` and so on. */
export class LayerWriter {
  readonly #builder: GraphBuilder;
  readonly #architecture: string;
  readonly #options: ArchitectureOptions;
  readonly #parameters: string[] = [];

  /** @param size any size that fits through the network: the finished graph takes all */
  constructor(architecture: string, size: number, options: ArchitectureOptions) {
    this.#architecture = architecture;
    this.#builder = new GraphBuilder(architecture);
    this.#options = options;
    this.#builder.input('image', 'float32', [1, options.channels, size, size]);
  }

  channelsOf(value: string): number {
    return this.#builder.typeOf(value).shape[1] ?? 1;
  }

  #parameter(name: string, tensor: Tensor): string {
    this.#parameters.push(name);
    return this.#builder.initializer(name, tensor);
  }

  #weight(name: string, shape: readonly number[], start: Start): string {
    const { seed, isBlank = false } = this.#options;
    const draw = () => {
      if (start === 'he') return heNormal(shape, seed, name);
      if (start === 'uniform') return denseUniform(shape, sizeOf(shape.slice(1)), seed, name);
      return normal(shape, start.deviation, seed, name);
    };
    return this.#parameter(name, isBlank ? zeros(shape) : draw());
  }

  #bias(name: string, length: number, fanIn: number, start: Start): string {
    const { seed, isBlank = false } = this.#options;
    const isDrawn = start === 'uniform' && !isBlank;
    return this.#parameter(name, isDrawn ? denseUniform([length], fanIn, seed, name) : zeros([length]));
  }

  /** A vector that starts at one value, `shape` broadcasting. */
  #filled(name: string, shape: readonly number[], value: number): string {
    return this.#parameter(name, float32(shape, new Float32Array(sizeOf(shape)).fill(value)));
  }

  #layer(name: string, opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.#builder.append({ opType, domain: '', name, inputs, outputs: [name], attributes });
    return name;
  }

  convolution(name: string, input: string, shape: ConvolutionShape): string {
    const { channels, stride = 1, group = 1, bias = false, start = 'he' } = shape;
    const kernel = both(shape.kernel);
    const padding = both(shape.padding ?? 0);
    const extents = [channels, this.channelsOf(input) / group, ...kernel];
    const inputs = [input, this.#weight(`${name}.weight`, extents, start)];
    if (bias) inputs.push(this.#bias(`${name}.bias`, channels, sizeOf(extents.slice(1)), start));
    return this.#layer(name, 'Conv', inputs, {
      kernel_shape: ints(kernel),
      strides: ints([stride, stride]),
      pads: ints([...padding, ...padding]),
      group: int(group),
    });
  }

  /** @param momentum share of the old running statistics that is kept (PyTorch's is 1 minus this) */
  batchNormalization(name: string, input: string, { epsilon = 1e-5, momentum = 0.9 } = {}): string {
    const shape = [this.channelsOf(input)];
    const filled = (value: number) => float32(shape, new Float32Array(shape[0] ?? 0).fill(value));
    const inputs = [
      input,
      this.#filled(`${name}.weight`, shape, 1),
      this.#filled(`${name}.bias`, shape, 0),
      this.#builder.initializer(`${name}.running_mean`, filled(0)),
      this.#builder.initializer(`${name}.running_var`, filled(1)),
    ];
    return this.#layer(name, 'BatchNormalization', inputs, { epsilon: float(epsilon), momentum: float(momentum) });
  }

  /** Over the last axis. */
  layerNormalization(name: string, input: string, epsilon: number): string {
    const shape = [this.#builder.typeOf(input).shape.at(-1) ?? 1];
    const inputs = [input, this.#filled(`${name}.weight`, shape, 1), this.#filled(`${name}.bias`, shape, 0)];
    return this.#layer(name, 'LayerNormalization', inputs, { axis: int(-1), epsilon: float(epsilon) });
  }

  /** A learned factor per channel of [batch, channel, row, column]. */
  channelScale(name: string, input: string, parameter: string, value: number): string {
    return this.#layer(name, 'Mul', [input, this.#filled(parameter, [this.channelsOf(input), 1, 1], value)]);
  }

  relu(name: string, input: string): string {
    return this.activation(name, input, 'relu');
  }

  activation(name: string, input: string, kind: Activation): string {
    const builder = this.#builder;
    switch (kind) {
      case 'relu':
        return this.#layer(name, 'Relu', [input]);
      case 'sigmoid':
        return this.#layer(name, 'Sigmoid', [input]);
      case 'relu6':
        return this.#layer(name, 'Clip', [input, builder.scalar(0), builder.scalar(6)]);
      case 'silu':
        return this.#layer(name, 'Mul', [input, builder.op('Sigmoid', [input])]);
      case 'hardswish':
        return this.#layer(name, 'HardSwish', [input]);
      case 'hardsigmoid':
        return this.#layer(name, 'HardSigmoid', [input], { alpha: float(1 / 6), beta: float(0.5) });
      case 'gelu': {
        // x (1 + erf(x / sqrt 2)) / 2: the operator Gelu is younger than opset 18.
        const error = builder.op('Erf', [builder.op('Mul', [input, builder.scalar(Math.SQRT1_2)])]);
        const twice = builder.op('Mul', [input, builder.op('Add', [error, builder.scalar(1)])]);
        return this.#layer(name, 'Mul', [twice, builder.scalar(0.5)]);
      }
    }
  }

  add(name: string, a: string, b: string): string {
    return this.#layer(name, 'Add', [a, b]);
  }

  multiply(name: string, a: string, b: string): string {
    return this.#layer(name, 'Mul', [a, b]);
  }

  /** Channels behind each other. */
  concat(name: string, values: readonly string[]): string {
    return this.#layer(name, 'Concat', values, { axis: int(1) });
  }

  transpose(name: string, input: string, permutation: readonly number[]): string {
    return this.#layer(name, 'Transpose', [input], { perm: ints(permutation) });
  }

  dropout(name: string, input: string, ratio: number): string {
    return this.#layer(name, 'Dropout', [input, this.#builder.scalar(ratio)]);
  }

  #poolAttributes({ kernel, stride, padding = 0, ceil = false }: PoolShape): Attributes {
    return {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([padding, padding, padding, padding]),
      ...(ceil && { ceil_mode: int(1) }),
    };
  }

  maxPool(name: string, input: string, shape: PoolShape): string {
    return this.#layer(name, 'MaxPool', [input], this.#poolAttributes(shape));
  }

  /** Padding counts among the averaged elements, as in torchvision. */
  averagePool(name: string, input: string, shape: PoolShape): string {
    return this.#layer(name, 'AveragePool', [input], { ...this.#poolAttributes(shape), count_include_pad: int(1) });
  }

  /** [batch, channel, 1, 1] */
  squeeze(name: string, input: string): string {
    return this.#layer(name, 'GlobalAveragePool', [input]);
  }

  globalAveragePool(name: string, input: string): string {
    return this.flatten(`${name}.flat`, this.squeeze(name, input));
  }

  flatten(name: string, input: string): string {
    return this.#layer(name, 'Flatten', [input]);
  }

  /**
   * Averages over `size` x `size` windows that cover any image, window i from floor(i n / size) to
   * ceil((i + 1) n / size) of n rows (PyTorch AdaptiveAvgPool2d). There is no such operator in ONNX, but the average
   * along an axis is a product with a matrix [size, n], which standard operators make from the image's extents.
   */
  adaptiveAveragePool(name: string, input: string, size: number): string {
    const builder = this.#builder;
    const rows = this.#averagingMatrix(input, 2, size);
    const columns = builder.op('Transpose', [this.#averagingMatrix(input, 3, size)], { perm: ints([1, 0]) });
    return this.#layer(name, 'MatMul', [rows, builder.op('MatMul', [input, columns])]);
  }

  #averagingMatrix(input: string, axis: number, size: number): string {
    const builder = this.#builder;
    const column = (from: number) =>
      builder.constant(
        float32(
          [size, 1],
          Float32Array.from({ length: size }, (_, i) => i + from),
        ),
      );
    const extent = builder.op('Shape', [input], { start: int(axis), end: int(axis + 1) });
    const length = builder.op('Cast', [builder.op('Squeeze', [extent])], { to: int(1) });
    // i * n is formed first: the quotient of whole numbers is whole exactly where it should be.
    const bound = (from: number) =>
      builder.op('Div', [builder.op('Mul', [column(from), length]), builder.scalar(size)]);
    const [first, end] = [builder.op('Floor', [bound(0)]), builder.op('Ceil', [bound(1)])];
    const places = builder.op('Range', [builder.scalar(0), length, builder.scalar(1)]);
    const before = builder.op('Less', [places, end]);
    const after = builder.op('Not', [builder.op('Less', [places, first])]);
    const inside = builder.op('Cast', [builder.op('And', [before, after])], { to: int(1) });
    return builder.op('Div', [inside, builder.op('Sub', [end, first])]);
  }

  /** Weights [outputs, inputs]. */
  dense(name: string, input: string, outputs: number, start: Start = 'uniform'): string {
    const inputs = this.channelsOf(input);
    const weight = this.#weight(`${name}.weight`, [outputs, inputs], start);
    return this.#layer(name, 'Gemm', [input, weight, this.#bias(`${name}.bias`, outputs, inputs, start)], {
      transB: int(1),
    });
  }

  /** A dense layer over the last axis of any shape; weights [inputs, outputs], as MatMul wants them. */
  denseAlongLast(name: string, input: string, outputs: number, start: Start): string {
    const inputs = this.#builder.typeOf(input).shape.at(-1) ?? 1;
    const weight = this.#weight(`${name}.weight`, [inputs, outputs], start);
    const product = this.#layer(`${name}.product`, 'MatMul', [input, weight]);
    return this.#layer(name, 'Add', [product, this.#bias(`${name}.bias`, outputs, inputs, start)]);
  }

  /** The finished network: any batch size, any image size; its head is the dense layer `head`, which gives the logits. */
  network(head: string, featureLayers: readonly string[]): Network {
    const graph = this.#builder.build({ [head]: head });
    const classes = this.channelsOf(head);
    const { channels } = this.#options;
    const open = (info: ValueInfo, shape: readonly Dimension[]): ValueInfo => ({ ...info, shape });
    return {
      graph: {
        ...graph,
        inputs: graph.inputs.map((info) => open(info, ['batch', channels, 'rows', 'columns'])),
        outputs: graph.outputs.map((info) => open(info, ['batch', classes])),
      },
      input: 'image',
      logits: head,
      scores: 'softmax',
      inputShape: [channels, undefined, undefined],
      classes,
      parameters: this.#parameters,
      featureLayers,
      head: [`${head}.weight`, `${head}.bias`],
      architecture: this.#architecture,
    };
  }
}
