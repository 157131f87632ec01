import type { Graph, Node } from './graph.ts';

/** Operators whose outputs after the first may be left out; elsewhere (Split) their number has a meaning. */
const withOptionalOutputs = new Set(['BatchNormalization', 'Dropout', 'LayerNormalization', 'MaxPool']);

/** Without the nodes and constants that no output needs. Inputs stay as declared. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => name !== undefined && needed.has(name))) continue;
    const isKept = (name: string | undefined, i: number) => i === 0 || (name !== undefined && needed.has(name));
    const optional = withOptionalOutputs.has(node.opType);
    const outputs = optional ? node.outputs.map((name, i) => (isKept(name, i) ? name : undefined)) : node.outputs;
    nodes.push({ ...node, outputs });
    for (const name of node.inputs) if (name !== undefined) needed.add(name);
  }
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    values: graph.values.filter((value) => needed.has(value.name)),
  };
}
