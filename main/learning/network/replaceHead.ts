import { AppError } from '../../domain/errors.ts';
import { foldQuantization } from './foldQuantization.ts';
import { inferShapes } from './inferShapes.ts';
import { denseUniform } from './initialise.ts';
import type { Network } from './network.ts';
import { withoutNumberOutput } from './numberOutput.ts';
import type { Tensor } from './tensor.ts';
import { float32, sizeOf } from './tensor.ts';

/**
 * The network with a fresh last layer for another number of classes. Everything before it keeps its weights; a quantised
 * network becomes one of floats.
 * @throws AppError invalid-input where the network has no last layer that could be replaced
 */
export function replaceHead(given: Network, classes: number, seed: number): Network {
  const network = withoutNumberOutput(given);
  const { head, logits, input, inputShape } = network;
  const graph = foldQuantization(network.graph, logits);
  const initializers = new Map(graph.initializers);
  if (head.length === 0) {
    throw new AppError(
      'invalid-input',
      'The last layer of this network was not found, so it cannot be given other classes.',
    );
  }
  for (const name of head) {
    const before = graph.initializers.get(name);
    if (before === undefined) throw new Error(`no constant ${name}`);
    initializers.set(name, fresh(network, name, before, classes, seed));
  }
  const outputs = graph.outputs.map((info) => (info.name === logits ? { ...info, shape: ['batch', classes] } : info));
  const replaced = {
    ...network,
    classes,
    scores: 'softmax' as const,
    graph: { ...graph, initializers, outputs, values: [] },
  };
  const [channels, rows = 224, columns = 224] = inputShape;
  const result = inferShapes(replaced.graph, { [input]: [1, channels, rows, columns] }).get(logits);
  if (result?.shape[1] !== classes || result.shape.length !== 2) {
    throw new AppError(
      'invalid-input',
      'What follows the last layer of this network does not fit another number of classes.',
    );
  }
  return replaced;
}

function fresh(network: Network, name: string, before: Tensor, classes: number, seed: number): Tensor {
  const axis = before.shape.indexOf(network.classes);
  const shape = before.shape.map((extent, a) => (a === axis ? classes : extent));
  if (shape.length < 2) return float32(shape, new Float32Array(sizeOf(shape)));
  return denseUniform(shape, sizeOf(shape) / classes, seed, name);
}
