import type { Graph, Node } from './graph.ts';
import type { Network } from './network.ts';
import { float32, float32Data, type Tensor } from './tensor.ts';

const isOne = (node: Node, name: string): boolean => Number(node.attributes[name]?.value ?? 1) === 1;

function denseLayer({ graph, logits }: Network): { weights: string; bias: string } | undefined {
  const maker = graph.nodes.find((node) => node.outputs.includes(logits));
  const [, weights = '', bias = ''] = maker?.inputs ?? [];
  const isPlain = maker?.opType === 'Gemm' && isOne(maker, 'alpha') && isOne(maker, 'beta');
  return isPlain && graph.initializers.has(weights) && graph.initializers.has(bias) ? { weights, bias } : undefined;
}

function changed(graph: Graph, name: string, change: (value: number) => number): readonly [string, Tensor] {
  const tensor = graph.initializers.get(name);
  if (!tensor) throw new Error(`the network has no constant ${name}`);
  return [name, float32([...tensor.shape], Float32Array.from(float32Data(tensor), change))];
}

function node(opType: string, inputs: readonly string[], output: string): Node {
  return { opType, domain: '', name: output, inputs, outputs: [output], attributes: {} };
}

/**
 * The network that says mean + standardDeviation x what it said: trained on standardised numbers, it answers in their
 * unit, here and wherever else its file is opened. Taken into the last dense layer, or two nodes after another one.
 */
export function withNumberOutput(
  network: Network,
  { mean, standardDeviation }: { readonly mean: number; readonly standardDeviation: number },
): Network {
  const { graph, logits, classes } = network;
  const dense = denseLayer(network);
  if (dense) {
    const initializers = new Map([
      ...graph.initializers,
      changed(graph, dense.weights, (value) => value * standardDeviation),
      changed(graph, dense.bias, (value) => value * standardDeviation + mean),
    ]);
    return { ...network, graph: { ...graph, initializers } };
  }
  const initializers = new Map([
    ...graph.initializers,
    ['number/spread', float32([], [standardDeviation])] as const,
    ['number/mean', float32([], [mean])] as const,
  ]);
  const nodes = [
    ...graph.nodes,
    node('Mul', [logits, 'number/spread'], 'number/scaled'),
    node('Add', ['number/scaled', 'number/mean'], 'number'),
  ];
  const outputs = [{ name: 'number', type: 'float32' as const, shape: ['batch', classes] }];
  return { ...network, logits: 'number', graph: { ...graph, initializers, nodes, outputs } };
}

/** The network before `withNumberOutput` put nodes after it; a head that took the scale in is drawn anew anyway. */
export function withoutNumberOutput(network: Network): Network {
  const scaled = network.graph.nodes.find((each) => each.name === 'number/scaled');
  const [logits] = scaled?.inputs ?? [];
  if (network.logits !== 'number' || logits === undefined) return network;
  const nodes = network.graph.nodes.filter(({ name }) => name !== 'number/scaled' && name !== 'number');
  const outputs = [{ name: logits, type: 'float32' as const, shape: ['batch', network.classes] }];
  return { ...network, logits, graph: { ...network.graph, nodes, outputs } };
}
