import type { Node } from './graph.ts';
import { inferShapes } from './inferShapes.ts';
import type { Network } from './network.ts';
import { parameterCount, upstream } from './network.ts';
import type { ValueType } from './ops/op.ts';
import { bytesPerElement, sizeOf } from './tensor.ts';

export interface CostEstimate {
  readonly parameters: number;
  /** Multiply-add pairs of convolutions and matrix products, forward, one image. */
  readonly multiplyAdds: number;
  /** Bytes of all values between layers, forward, one image. */
  readonly activationBytes: number;
}

/** Multiply-add pairs of a node; those of other operators than products are left out. */
export function multiplyAddsOf(node: Node, types: ReadonlyMap<string, ValueType>): number {
  const shape = (name: string | undefined) => types.get(name ?? '')?.shape ?? [];
  const output = sizeOf(shape(node.outputs[0]));
  const weights = shape(node.inputs[1]);
  switch (node.opType) {
    case 'Conv':
      return output * sizeOf(weights.slice(1));
    case 'ConvTranspose':
      return sizeOf(shape(node.inputs[0])) * sizeOf(weights.slice(1));
    case 'Gemm':
      return output * (node.attributes.transB?.value === 1 ? (weights[1] ?? 1) : (weights[0] ?? 1));
    case 'MatMul':
      return output * (shape(node.inputs[0]).at(-1) ?? 1);
    default:
      return 0;
  }
}

type Shape = readonly [number, number, number];

interface Measured extends CostEstimate {
  /** Bytes of the largest filter-gradient matrix for one image. */
  readonly largestGradientBytes: number;
}

function measured(network: Network, inputShape: Shape): Measured {
  const types = inferShapes(network.graph, { [network.input]: [1, ...inputShape] });
  let [multiplyAdds, activationBytes, largestGradientBytes] = [0, 0, 0];
  for (const node of network.graph.nodes) {
    multiplyAdds += multiplyAddsOf(node, types);
    for (const name of node.outputs) {
      const type = name === undefined ? undefined : types.get(name);
      if (type !== undefined) activationBytes += sizeOf(type.shape) * bytesPerElement(type.type);
    }
    if (node.opType !== 'Conv') continue;
    const positions = sizeOf(types.get(node.outputs[0] ?? '')?.shape.slice(2) ?? []);
    const weights = sizeOf(types.get(node.inputs[1] ?? '')?.shape.slice(1) ?? []);
    largestGradientBytes = Math.max(largestGradientBytes, 2 * 4 * positions * weights);
  }
  return { parameters: parameterCount(network), multiplyAdds, activationBytes, largestGradientBytes };
}

interface TrainingShape {
  readonly batchSize: number;
  /** Tensors an optimizer keeps per parameter: Adam 2, SGD with momentum 1. */
  readonly slots: number;
}

const bytesToTrain = (cost: Measured, { batchSize, slots }: TrainingShape): number =>
  4 * cost.parameters * (3 + 2 * slots) + batchSize * (2 * cost.activationBytes + cost.largestGradientBytes);

/** By shape inference alone; nothing is run. */
export function costEstimate(network: Network, inputShape: Shape): CostEstimate {
  const { largestGradientBytes: _, ...cost } = measured(network, inputShape);
  return cost;
}

/**
 * Rough memory of a training run in bytes: parameters with gradients, optimizer slots and the copies that pass in and
 * out of a step; activations kept for the backward pass and their gradients; the largest filter-gradient matrix.
 */
export function trainingBytes(network: Network, inputShape: Shape, training: TrainingShape): number {
  return bytesToTrain(measured(network, inputShape), training);
}

/** Both at once: inferring the shapes of a large network takes longer than everything else. */
export function fullCost(
  network: Network,
  inputShape: Shape,
  training: TrainingShape,
): CostEstimate & { readonly trainingBytes: number } {
  const { largestGradientBytes, ...cost } = measured(network, inputShape);
  return { ...cost, trainingBytes: bytesToTrain({ ...cost, largestGradientBytes }, training) };
}

/** The share of a network's forward work that comes after a feature layer: what a frozen base saves. */
export function shareAfter(network: Network, layer: string, inputShape: readonly [number, number, number]): number {
  const types = inferShapes(network.graph, { [network.input]: [1, ...inputShape] });
  const before = upstream(network.graph, layer);
  let all = 0;
  let after = 0;
  for (const node of network.graph.nodes) {
    const work = multiplyAddsOf(node, types);
    all += work;
    if (!before.has(node.outputs[0] ?? '')) after += work;
  }
  return all === 0 ? 1 : after / all;
}
