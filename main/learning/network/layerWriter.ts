import type { Attributes, Dimension, ValueInfo } from './graph.ts';
import { float, int, ints } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { denseUniform, heNormal } from './initialise.ts';
import type { Network } from './network.ts';
import type { Tensor } from './tensor.ts';
import { float32 } from './tensor.ts';

export interface ConvolutionShape {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly group?: number;
}

/** Writes a network layer by layer. A layer's output has the layer's name, its tensors `<name>.weight` and so on. */
export class LayerWriter {
  readonly #builder: GraphBuilder;
  readonly #seed: number;
  readonly #parameters: string[] = [];

  /** @param size any size that fits through the network: the finished graph takes all */
  constructor(name: string, channels: number, size: number, seed: number) {
    this.#builder = new GraphBuilder(name);
    this.#seed = seed;
    this.#builder.input('image', 'float32', [1, channels, size, size]);
  }

  #channels(value: string): number {
    return this.#builder.typeOf(value).shape[1] ?? 1;
  }

  #parameter(name: string, tensor: Tensor): string {
    this.#parameters.push(name);
    return this.#builder.initializer(name, tensor);
  }

  #layer(name: string, opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.#builder.append({ opType, domain: '', name, inputs, outputs: [name], attributes });
    return name;
  }

  /** Without bias: a normalisation follows. */
  convolution(
    name: string,
    input: string,
    { channels, kernel, stride = 1, padding = 0, group = 1 }: ConvolutionShape,
  ): string {
    const shape = [channels, this.#channels(input) / group, kernel, kernel];
    const weight = this.#parameter(`${name}.weight`, heNormal(shape, this.#seed, `${name}.weight`));
    return this.#layer(name, 'Conv', [input, weight], {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([padding, padding, padding, padding]),
      group: int(group),
    });
  }

  batchNormalization(name: string, input: string): string {
    const shape = [this.#channels(input)];
    const filled = (value: number) => float32(shape, new Float32Array(shape[0] ?? 0).fill(value));
    const inputs = [
      input,
      this.#parameter(`${name}.weight`, filled(1)),
      this.#parameter(`${name}.bias`, filled(0)),
      this.#builder.initializer(`${name}.running_mean`, filled(0)),
      this.#builder.initializer(`${name}.running_var`, filled(1)),
    ];
    return this.#layer(name, 'BatchNormalization', inputs, { epsilon: float(1e-5), momentum: float(0.9) });
  }

  relu(name: string, input: string): string {
    return this.#layer(name, 'Relu', [input]);
  }

  add(name: string, a: string, b: string): string {
    return this.#layer(name, 'Add', [a, b]);
  }

  maxPool(
    name: string,
    input: string,
    {
      kernel,
      stride,
      padding = 0,
    }: Required<Omit<ConvolutionShape, 'channels' | 'group' | 'padding'>> & { padding?: number },
  ): string {
    return this.#layer(name, 'MaxPool', [input], {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([padding, padding, padding, padding]),
    });
  }

  globalAveragePool(name: string, input: string): string {
    return this.#layer(`${name}.flat`, 'Flatten', [this.#layer(name, 'GlobalAveragePool', [input])]);
  }

  /** Weights [outputs, inputs]. */
  dense(name: string, input: string, outputs: number): string {
    const inputs = this.#channels(input);
    const weight = this.#parameter(
      `${name}.weight`,
      denseUniform([outputs, inputs], inputs, this.#seed, `${name}.weight`),
    );
    const bias = this.#parameter(`${name}.bias`, denseUniform([outputs], inputs, this.#seed, `${name}.bias`));
    return this.#layer(name, 'Gemm', [input, weight, bias], { transB: int(1) });
  }

  /** The finished network: any batch size, any image size; its head is the dense layer `head`, which gives the logits. */
  network(architecture: string, head: string, featureLayers: readonly string[]): Network {
    const graph = this.#builder.build({ [head]: head });
    const classes = this.#channels(head);
    const channels = this.#channels('image');
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
      architecture,
    };
  }
}
