import { AppError } from '../../../domain/errors.ts';
import { fullCost } from '../costEstimate.ts';
import { alexnet } from './alexnet.ts';
import type { Architecture } from './architecture.ts';
import { convnextTiny } from './convnextTiny.ts';
import { densenet121 } from './densenet121.ts';
import { efficientnetB0 } from './efficientnetB0.ts';
import { googlenet } from './googlenet.ts';
import { inceptionV3 } from './inceptionV3.ts';
import { mobilenetV2 } from './mobilenetV2.ts';
import { mobilenetV3Large, mobilenetV3Small } from './mobilenetV3.ts';
import { resnet18, resnet34, resnet50 } from './resnet.ts';
import { smallCnn } from './smallCnn.ts';
import { vgg11, vgg11Normalised, vgg16, vgg16Normalised } from './vgg.ts';

/** In the order in which they are offered. */
export const architectures: readonly Architecture[] = [
  resnet18,
  smallCnn,
  resnet34,
  resnet50,
  densenet121,
  mobilenetV2,
  mobilenetV3Small,
  mobilenetV3Large,
  efficientnetB0,
  convnextTiny,
  googlenet,
  inceptionV3,
  alexnet,
  vgg11,
  vgg11Normalised,
  vgg16,
  vgg16Normalised,
];

/** @throws AppError not-found */
export function architectureOf(id: string): Architecture {
  const found = architectures.find((architecture) => architecture.id === id);
  if (found !== undefined) return found;
  const known = architectures.map((architecture) => architecture.id).join(', ');
  throw new AppError('not-found', `There is no architecture called ${id}; there are ${known}.`);
}

export interface ArchitectureCost {
  readonly parameters: number;
  /** Multiply-add pairs, forward, one image. */
  readonly multiplyAdds: number;
  /** Bytes of all values between layers, forward, one image. */
  readonly activationBytes: number;
  /** Rough memory of a training run, in bytes. */
  readonly trainingBytes: number;
}

/**
 * What an architecture costs before it is built: by shapes alone, in milliseconds and without memory for its weights.
 * @param inputShape channels, rows, columns
 * @param slots tensors an optimizer keeps per parameter: Adam 2, SGD with momentum 1
 */
export function architectureCost(
  id: string,
  inputShape: readonly [number, number, number],
  { classes = 2, batchSize = 16, slots = 2 } = {},
): ArchitectureCost {
  const network = architectureOf(id).build({ channels: inputShape[0], classes, seed: 0, isBlank: true });
  return fullCost(network, inputShape, { batchSize, slots });
}
