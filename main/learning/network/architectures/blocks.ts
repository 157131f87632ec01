import type { Activation, ConvolutionShape, LayerWriter } from '../layerWriter.ts';

export interface NormalisedShape extends ConvolutionShape {
  readonly activation?: Activation;
  readonly epsilon?: number;
  readonly momentum?: number;
  /** Names of the convolution and the normalisation after the block's own, `conv` and `bn` by default. */
  readonly parts?: readonly [convolution: string, normalisation: string];
  /** Name of the result, `name` by default. */
  readonly output?: string;
}

/** Convolution, batch normalisation and, where asked for, an activation. */
export function normalised(layers: LayerWriter, name: string, input: string, shape: NormalisedShape): string {
  const { activation, parts = ['conv', 'bn'], output = name, epsilon, momentum, ...convolution } = shape;
  const value = layers.convolution(`${name}.${parts[0]}`, input, convolution);
  const statistics = { ...(epsilon !== undefined && { epsilon }), ...(momentum !== undefined && { momentum }) };
  const even = layers.batchNormalization(`${name}.${parts[1]}`, value, statistics);
  return activation === undefined ? even : layers.activation(output, even, activation);
}

export interface SqueezeShape {
  readonly channels: number;
  readonly activation: Activation;
  readonly gate: Activation;
}

/** Weighs channels by what the whole image shows (Hu et al.: Squeeze-and-excitation networks, 2018). */
export function squeezeExcitation(layers: LayerWriter, name: string, input: string, shape: SqueezeShape): string {
  const whole = layers.squeeze(`${name}.avgpool`, input);
  const narrow = layers.convolution(`${name}.fc1`, whole, { channels: shape.channels, kernel: 1, bias: true });
  const active = layers.activation(`${name}.activation`, narrow, shape.activation);
  const wide = layers.convolution(`${name}.fc2`, active, {
    channels: layers.channelsOf(input),
    kernel: 1,
    bias: true,
  });
  return layers.multiply(name, input, layers.activation(`${name}.scale_activation`, wide, shape.gate));
}

/** The nearest multiple of 8, at least 8, that is not more than a tenth below (as torchvision rounds channels). */
export function multipleOfEight(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}
