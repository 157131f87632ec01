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

/** By shape inference alone; nothing is run. */
export function costEstimate(network: Network, inputShape: readonly [number, number, number]): CostEstimate {
  const types = inferShapes(network.graph, { [network.input]: [1, ...inputShape] });
  let multiplyAdds = 0;
  let activationBytes = 0;
  for (const node of network.graph.nodes) {
    multiplyAdds += multiplyAddsOf(node, types);
    for (const name of node.outputs) {
      const type = name === undefined ? undefined : types.get(name);
      if (type !== undefined) activationBytes += sizeOf(type.shape) * bytesPerElement(type.type);
    }
  }
  return { parameters: parameterCount(network), multiplyAdds, activationBytes };
}

/**
 * Rough memory of a training run in bytes: parameters with gradients, optimizer slots and the copies that pass in and
 * out of a step; activations kept for the backward pass and their gradients; the largest filter-gradient matrix.
 */
export function trainingBytes(
  network: Network,
  inputShape: readonly [number, number, number],
  { batchSize, slots }: { readonly batchSize: number; readonly slots: number },
): number {
  const { parameters, activationBytes } = costEstimate(network, inputShape);
  const types = inferShapes(network.graph, { [network.input]: [batchSize, ...inputShape] });
  let largest = 0;
  for (const node of network.graph.nodes) {
    if (node.opType !== 'Conv') continue;
    const output = types.get(node.outputs[0] ?? '')?.shape ?? [];
    const weights = types.get(node.inputs[1] ?? '')?.shape ?? [];
    const positions = (output[0] ?? 1) * sizeOf(output.slice(2));
    largest = Math.max(largest, 2 * 4 * positions * sizeOf(weights.slice(1)));
  }
  return 4 * parameters * (3 + 2 * slots) + 2 * batchSize * activationBytes + largest;
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
