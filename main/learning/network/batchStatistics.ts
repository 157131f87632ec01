import { writeForward } from './differentiate.ts';
import { float, type Graph, int, type Node } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import type { Network } from './network.ts';
import { nextName } from './stepState.ts';

/** Names of the running means and variances of the batch normalisations of a network. */
export function statisticNames({ graph }: Network): readonly string[] {
  const norms = graph.nodes.filter(({ opType }) => opType === 'BatchNormalization');
  return [...new Set(norms.flatMap(({ inputs }) => [inputs[3] ?? '', inputs[4] ?? '']))];
}

/**
 * A graph that tells what each batch normalisation sees: input as the network's, outputs `next/<name>` for each of
 * `statisticNames`, the mean and variance over this batch alone. Normalisations work on the batch as in training;
 * nothing is dropped out.
 */
export function buildBatchStatistics(network: Network, inputShape: readonly [number, number, number, number]): Graph {
  const { graph, input } = network;
  const builder = new GraphBuilder('batch-statistics');
  builder.input(input, 'float32', inputShape);
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor);
  const outputs: Record<string, string> = {};
  const nodes = graph.nodes.map((node): Node => {
    if (node.opType !== 'BatchNormalization') return node;
    const [mean = '', variance = ''] = node.inputs.slice(3);
    for (const name of [mean, variance]) outputs[nextName(name)] = nextName(name);
    const attributes = { ...node.attributes, training_mode: int(1), momentum: float(0) };
    return { ...node, outputs: [node.outputs[0], nextName(mean), nextName(variance)], attributes };
  });
  const { nameOf } = writeForward(builder, nodes, []);
  return builder.build(Object.fromEntries(Object.keys(outputs).map((name) => [name, nameOf(name)])));
}
