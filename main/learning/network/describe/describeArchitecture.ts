import type { NetworkCost, NetworkDescription } from '../../../contract/networks.ts';
import { ArchitectureId } from '../../../contract/training.ts';
import { AppError, asAppError } from '../../../domain/errors.ts';
import { architectureCost, architectureOf } from '../architectures/registry.ts';
import { describeNetwork } from './describeNetwork.ts';

export interface ArchitectureInput {
  /** Side of the square image in pixels. */
  readonly size: number;
  readonly channels: 1 | 3;
  readonly classes: number;
  readonly batchSize: number;
}

/**
 * The inside of an architecture before anything is trained.
 * @throws AppError invalid-input where the images are too small for it
 */
export function describeArchitecture(id: string, input: ArchitectureInput): NetworkDescription {
  const { title, description, minimumSize, build } = architectureOf(id);
  const { size, channels, classes, batchSize } = input;
  if (size < minimumSize)
    throw new AppError('invalid-input', `${title} needs images of at least ${minimumSize} pixels.`);
  const network = build({ channels, classes, seed: 0, isBlank: true });
  return describeNetwork(network, [channels, size, size], { title, description, batchSize, minimumSize });
}

/** One line of the list of networks: what it costs for an input, or why it cannot take it. */
export function architectureCostLine(
  id: string,
  { size, channels, classes, batchSize }: ArchitectureInput,
): NetworkCost {
  const { title, description, minimumSize } = architectureOf(id);
  const line = { id: ArchitectureId.parse(id), title, description, minimumSize };
  const none = { parameters: 0, multiplyAdds: 0, activationBytes: 0, trainingBytes: 0 };
  if (size < minimumSize) return { ...line, ...none, refusal: `needs images of at least ${minimumSize} pixels` };
  try {
    return { ...line, ...architectureCost(id, [channels, size, size], { classes, batchSize }) };
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    if (code === 'internal') throw thrown;
    return { ...line, ...none, refusal: message };
  }
}
