import type { Graph, Node } from './graph.ts';
import { floatOf, int } from './graph.ts';
import { inferShapes } from './inferShapes.ts';
import type { Network } from './network.ts';
import type { MaskEntry } from './stepState.ts';
import { nextName } from './stepState.ts';

/** Batch norms whose scale or bias is trained; the others keep their statistics. */
function trainsStatistics(node: Node, trainable: ReadonlySet<string>): boolean {
  return node.opType === 'BatchNormalization' && [1, 2].some((i) => trainable.has(node.inputs[i] ?? ''));
}

/** Dropout layers after which no frozen parameter comes: those before belong to the frozen part. */
function activeDropouts(network: Network, trainable: ReadonlySet<string>): ReadonlySet<Node> {
  const frozen = new Set(network.parameters.filter((name) => !trainable.has(name)));
  const leadsToFrozen = new Set<string>();
  const active = new Set<Node>();
  for (const node of network.graph.nodes.toReversed()) {
    const leads =
      node.inputs.some((name) => name !== undefined && frozen.has(name)) ||
      node.outputs.some((name) => name !== undefined && leadsToFrozen.has(name));
    if (leads) for (const name of node.inputs) if (name !== undefined) leadsToFrozen.add(name);
    if (node.opType === 'Dropout' && !leads) active.add(node);
  }
  return active;
}

function ratioOf(graph: Graph, node: Node): number {
  const ratio = graph.initializers.get(node.inputs[1] ?? '');
  return ratio === undefined ? floatOf(node, 'ratio', 0.5) : Number(ratio.data[0]);
}

export interface TrainingForm {
  readonly nodes: readonly Node[];
  readonly statistics: readonly string[];
  readonly masks: readonly MaskEntry[];
}

/** The network's nodes as training runs them: batch norms on batch statistics, dropouts as a product with a mask. */
export function trainingForm(
  network: Network,
  trainable: ReadonlySet<string>,
  inputShape: readonly number[],
): TrainingForm {
  const { graph } = network;
  const types = inferShapes(graph, { [network.input]: inputShape });
  const dropouts = activeDropouts(network, trainable);
  const statistics: string[] = [];
  const masks: MaskEntry[] = [];
  const nodes = graph.nodes.map((node): Node => {
    if (trainsStatistics(node, trainable)) {
      const [mean = '', variance = ''] = node.inputs.slice(3);
      statistics.push(mean, variance);
      const outputs = [node.outputs[0], nextName(mean), nextName(variance)];
      return { ...node, outputs, attributes: { ...node.attributes, training_mode: int(1) } };
    }
    if (dropouts.has(node)) {
      const value = node.outputs[0] ?? '';
      const mask = { name: `mask/${value}`, shape: types.get(value)?.shape ?? [], ratio: ratioOf(graph, node) };
      masks.push(mask);
      return { ...node, opType: 'Mul', inputs: [node.inputs[0], mask.name], outputs: [value], attributes: {} };
    }
    return node;
  });
  return { nodes, statistics, masks };
}
