import type { Graph, Node } from './graph.ts';
import type { Network } from './network.ts';
import { upstream } from './network.ts';
import { isDifferentiable, ops } from './ops/registry.ts';

/** Operators whose results say something about shapes or places: no gradient is asked of them. */
const withoutGradient = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'Equal', 'Greater', 'Less', 'Not', 'And', 'Or']);

function lacksRule(node: Node): boolean {
  if (withoutGradient.has(node.opType)) return false;
  const op = node.domain === '' ? ops.get(node.opType) : undefined;
  return op === undefined || !isDifferentiable(op);
}

/** Nodes whose values depend on the graph's inputs. */
function varyingNodes(graph: Graph): Node[] {
  const varying = new Set(graph.inputs.map((input) => input.name));
  return graph.nodes.filter((node) => {
    if (!node.inputs.some((name) => name !== undefined && varying.has(name))) return false;
    for (const name of node.outputs) if (name !== undefined) varying.add(name);
    return true;
  });
}

/** The operators between the image and the output through which no gradient passes; sorted, each once. */
export function missingRules(graph: Graph): string[] {
  return [
    ...new Set(
      varyingNodes(graph)
        .filter(lacksRule)
        .map((node) => node.opType),
    ),
  ].sort();
}

/**
 * The feature layers after which every operator has a gradient rule, in forward order: where a network with an operator
 * that has none can be frozen, and still learn above. All of them for most networks; empty where nothing can be trained.
 */
export function differentiableFrom(network: Network): readonly string[] {
  const { graph } = network;
  const before = upstream(graph, network.logits);
  const lacking = graph.nodes.filter((node) => before.has(node.outputs[0] ?? '') && lacksRule(node));
  return network.featureLayers.filter((layer) => {
    const frozen = upstream(graph, layer);
    return lacking.every((node) => frozen.has(node.outputs[0] ?? '') || !reads(graph, node, layer));
  });
}

/** Whether a node comes after a layer: what depends on constants or shapes alone needs no rule. */
function reads(graph: Graph, node: Node, layer: string): boolean {
  return node.outputs.some((name) => name !== undefined && upstream(graph, name).has(layer));
}
