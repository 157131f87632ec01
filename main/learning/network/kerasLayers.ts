import { AppError } from '../../domain/errors.ts';
import { float, int, ints, text } from './graph.ts';
import type { GraphBuilder } from './graphBuilder.ts';
import type { Tensor } from './tensor.ts';
import { float32, sizeOf } from './tensor.ts';

export interface KerasLayer {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Values [batch, row, column, channel] or [batch, feature]. */
  readonly inputs: readonly string[];
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Writes a layer. @returns its value */
type Write = (builder: GraphBuilder, layer: KerasLayer) => string;

const channelsFirst = { perm: ints([0, 3, 1, 2]) };
const channelsLast = { perm: ints([0, 2, 3, 1]) };

function unsupported({ name }: KerasLayer, what: string): AppError {
  return new AppError('unsupported-operator', `The layer ${name} has ${what}, which Groundglass does not know.`);
}

function weightOf({ name, weights }: KerasLayer, part: string): Tensor {
  const tensor = weights.get(`${name}/${part}`);
  if (tensor === undefined) throw new AppError('model-damaged', `The model has no weights ${name}/${part}.`);
  return tensor;
}

function numbers({ config }: KerasLayer, key: string, fallback: readonly number[]): readonly number[] {
  const value = config[key];
  if (typeof value === 'number') return [value, value];
  return Array.isArray(value) ? value.map(Number) : fallback;
}

const first = ({ inputs }: KerasLayer) => inputs[0] ?? '';

function activated(builder: GraphBuilder, layer: KerasLayer, value: string): string {
  const kind = layer.config.activation ?? 'linear';
  const plain: Readonly<Record<string, string>> = {
    relu: 'Relu',
    sigmoid: 'Sigmoid',
    tanh: 'Tanh',
    elu: 'Elu',
    selu: 'Selu',
    softplus: 'Softplus',
    softsign: 'Softsign',
  };
  switch (kind) {
    case 'linear':
      return value;
    case 'softmax':
      return builder.op('Softmax', [value], { axis: int(-1) });
    case 'relu6':
      return builder.op('Clip', [value, builder.scalar(0), builder.scalar(6)]);
    case 'swish':
    case 'silu':
      return builder.op('Mul', [value, builder.op('Sigmoid', [value])]);
    case 'hard_sigmoid':
      return builder.op('HardSigmoid', [value], { alpha: float(0.2), beta: float(0.5) });
    default: {
      const opType = typeof kind === 'string' ? plain[kind] : undefined;
      if (opType === undefined) throw unsupported(layer, `the activation ${JSON.stringify(kind)}`);
      return builder.op(opType, [value]);
    }
  }
}

/** Windows over an image: channels come first inside, last outside. */
function windowed(builder: GraphBuilder, layer: KerasLayer, write: (image: string) => string): string {
  if (layer.config.data_format === 'channels_first') throw unsupported(layer, 'channels first');
  const image = builder.op('Transpose', [first(layer)], channelsFirst);
  return builder.op('Transpose', [write(image)], channelsLast);
}

function padding({ config }: KerasLayer) {
  return { auto_pad: text(config.padding === 'same' ? 'SAME_UPPER' : 'VALID') };
}

/** Keras filters [row, column, in, out] as [out, in, row, column]; depthwise ones [row, column, channel, times]. */
function filters({ shape, data }: Tensor, isDepthwise: boolean): Tensor {
  const [rows = 1, columns = 1, inputs = 1, outputs = 1] = shape;
  const result = new Float32Array(sizeOf(shape));
  const plane = rows * columns;
  for (let p = 0; p < plane; p++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        const to = isDepthwise ? i * outputs + o : o * inputs + i;
        result[to * plane + p] = Number(data[(p * inputs + i) * outputs + o]);
      }
    }
  }
  const lead = isDepthwise ? [inputs * outputs, 1] : [outputs, inputs];
  return float32([...lead, rows, columns], result);
}

function convolution(isDepthwise: boolean): Write {
  return (builder, layer) => {
    const kernel = weightOf(layer, isDepthwise ? 'depthwise_kernel' : 'kernel');
    const weight = builder.initializer(`${layer.name}/filters`, filters(kernel, isDepthwise));
    const hasBias = layer.config.use_bias !== false;
    const bias = hasBias ? [builder.initializer(`${layer.name}/bias`, weightOf(layer, 'bias'))] : [];
    const group = isDepthwise ? (kernel.shape[2] ?? 1) : Number(layer.config.groups ?? 1);
    const value = windowed(builder, layer, (image) =>
      builder.op('Conv', [image, weight, ...bias], {
        ...padding(layer),
        strides: ints(numbers(layer, 'strides', [1, 1])),
        dilations: ints(numbers(layer, 'dilation_rate', [1, 1])),
        group: int(group),
      }),
    );
    return activated(builder, layer, value);
  };
}

function pooling(opType: 'MaxPool' | 'AveragePool'): Write {
  return (builder, layer) => {
    const size = numbers(layer, 'pool_size', [2, 2]);
    const attributes = { ...padding(layer), kernel_shape: ints(size), strides: ints(numbers(layer, 'strides', size)) };
    return windowed(builder, layer, (image) => builder.op(opType, [image], attributes));
  };
}

function globalPooling(opType: 'GlobalAveragePool' | 'GlobalMaxPool'): Write {
  return (builder, layer) => {
    const image = builder.op('Transpose', [first(layer)], channelsFirst);
    return builder.op('Flatten', [builder.op(opType, [image])], { axis: int(1) });
  };
}

const dense: Write = (builder, layer) => {
  const weight = builder.initializer(`${layer.name}/kernel`, weightOf(layer, 'kernel'));
  const hasBias = layer.config.use_bias !== false;
  const bias = hasBias ? [builder.initializer(`${layer.name}/bias`, weightOf(layer, 'bias'))] : [];
  return activated(builder, layer, builder.op('Gemm', [first(layer), weight, ...bias]));
};

const batchNormalization: Write = (builder, layer) => {
  const { shape } = weightOf(layer, 'moving_mean');
  const filled = (value: number) => float32(shape, new Float32Array(sizeOf(shape)).fill(value));
  const part = (name: string, fallback: number, isThere: unknown) =>
    builder.initializer(`${layer.name}/${name}`, isThere === false ? filled(fallback) : weightOf(layer, name));
  const parts = [
    part('gamma', 1, layer.config.scale),
    part('beta', 0, layer.config.center),
    part('moving_mean', 0, true),
    part('moving_variance', 1, true),
  ];
  const attributes = {
    epsilon: float(Number(layer.config.epsilon ?? 1e-3)),
    momentum: float(Number(layer.config.momentum ?? 0.99)),
  };
  const write = (value: string) => builder.op('BatchNormalization', [value, ...parts], attributes);
  const isImage = builder.typeOf(first(layer)).shape.length === 4;
  return isImage ? windowed(builder, layer, write) : write(first(layer));
};

const zeroPadding: Write = (builder, layer) => {
  const given = layer.config.padding;
  const both = (value: unknown): readonly number[] =>
    Array.isArray(value) ? value.map(Number) : [Number(value ?? 1), Number(value ?? 1)];
  const [rows, columns] = Array.isArray(given) ? [both(given[0]), both(given[1])] : [both(given), both(given)];
  const pads = [0, rows[0] ?? 0, columns[0] ?? 0, 0, 0, rows[1] ?? 0, columns[1] ?? 0, 0];
  return builder.op('Pad', [first(layer), builder.ints(pads)]);
};

const same: Write = (_, layer) => first(layer);

function joining(opType: string): Write {
  return (builder, { inputs }) => builder.op(opType, inputs);
}

/** Layers of two-dimensional classifiers, by their Keras class. */
export const layerWriters: Readonly<Record<string, Write>> = {
  InputLayer: same,
  Conv2D: convolution(false),
  DepthwiseConv2D: convolution(true),
  MaxPooling2D: pooling('MaxPool'),
  AveragePooling2D: pooling('AveragePool'),
  GlobalAveragePooling2D: globalPooling('GlobalAveragePool'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPool'),
  BatchNormalization: batchNormalization,
  Dense: dense,
  // Keras flattens [row, column, channel], which is how values lie here.
  Flatten: (builder, layer) => builder.op('Flatten', [first(layer)], { axis: int(1) }),
  Activation: (builder, layer) => activated(builder, layer, first(layer)),
  ReLU: (builder, layer) => {
    const value = first(layer);
    const limit = layer.config.max_value;
    if (typeof limit !== 'number') return builder.op('Relu', [value]);
    return builder.op('Clip', [value, builder.scalar(0), builder.scalar(limit)]);
  },
  LeakyReLU: (builder, layer) =>
    builder.op('LeakyRelu', [first(layer)], {
      alpha: float(Number(layer.config.alpha ?? layer.config.negative_slope ?? 0.3)),
    }),
  Softmax: (builder, layer) => builder.op('Softmax', [first(layer)], { axis: int(-1) }),
  Dropout: (builder, layer) => builder.op('Dropout', [first(layer), builder.scalar(Number(layer.config.rate ?? 0.5))]),
  ZeroPadding2D: zeroPadding,
  Add: joining('Sum'),
  Multiply: (builder, { inputs }) => inputs.reduce((a, b) => builder.op('Mul', [a, b])),
  Concatenate: (builder, layer) => builder.op('Concat', layer.inputs, { axis: int(Number(layer.config.axis ?? -1)) }),
};
