import { arrayFromTensor, tensorFromArray } from './array64.ts';
import type { Graph, Node } from './graph.ts';
import { opOf } from './inferShapes.ts';
import { prune } from './prune.ts';
import type { Tensor } from './tensor.ts';

/**
 * Computes what depends on constants alone (exporters leave weights behind ConstantOfShape, Unsqueeze, Cast...), so that
 * weights are initializers and can be trained.
 */
export function foldConstants(graph: Graph): Graph {
  const initializers = new Map<string, Tensor>(graph.initializers);
  const nodes: Node[] = [];
  const outputs = new Set(graph.outputs.map((output) => output.name));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === undefined ? undefined : initializers.get(name)));
    const isConstant = node.inputs.every((name, i) => name === undefined || inputs[i] !== undefined);
    // A quantised weight stays a float that is quantised where it is used: see foldQuantization.ts.
    const isKept = node.opType === 'QuantizeLinear';
    if (!isConstant || isKept || node.outputs.some((name) => name !== undefined && outputs.has(name))) {
      nodes.push(node);
      continue;
    }
    const values = opOf(node).evaluate(
      inputs.map((tensor) => tensor && arrayFromTensor(tensor)),
      node,
    );
    node.outputs.forEach((name, i) => {
      const value = values[i];
      if (name !== undefined && value !== undefined) initializers.set(name, tensorFromArray(value));
    });
  }
  return prune({ ...graph, nodes, initializers });
}
