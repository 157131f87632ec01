import type { Node } from '../graph.ts';

/** Drawn together with the operator before them, where nothing else reads what that one gives. */
const follows =
  /^(BatchNormalization|Relu|LeakyRelu|PRelu|Elu|Selu|Celu|Clip|HardSwish|HardSigmoid|Sigmoid|Tanh|Gelu|Mish|Softplus|Dropout|Identity|Cast|Flatten|Squeeze|Unsqueeze|Transpose|QuantizeLinear|DequantizeLinear)$/;
/** The inner half of x * sigmoid(x) and of GELU: the product reads the same value again. */
const inner = /^(Sigmoid|HardSigmoid|Tanh|Erf|Softplus)$/;
/** Arithmetic on one layer's values alone belongs to that layer. */
const arithmetic = /^(Mul|Add|Sub|Div|Pow|Sqrt|Erf|Neg|Exp)$/;

export interface FoldedLayer {
  readonly nodes: readonly Node[];
  /** Places of the layers it reads, ascending; -1 for what comes from outside. */
  readonly inputs: readonly number[];
}

/**
 * Folds normalisations, activations and other small operators into the layer whose result they finish.
 * @param nodes of one stage in execution order
 * @param entering values from outside that depend on the image
 */
export function foldLayers(nodes: readonly Node[], entering: ReadonlySet<string>): FoldedLayer[] {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes)
    for (const name of new Set(inputs)) if (name !== undefined) readers.set(name, (readers.get(name) ?? 0) + 1);
  const layerOf = new Map<string, number>();
  const layers: { readonly nodes: Node[]; readonly inputs: readonly number[] }[] = [];

  /** The layer a node finishes; undefined where it is one of its own. */
  function finished(node: Node, sources: readonly number[]): number | undefined {
    const [only] = sources;
    if (only === undefined || only < 0 || sources.length > 1) return undefined;
    if (arithmetic.test(node.opType)) return only;
    const mostReaders = inner.test(node.opType) ? 2 : 1;
    const isAlone = node.inputs.every(
      (name) => name === undefined || !layerOf.has(name) || (readers.get(name) ?? 0) <= mostReaders,
    );
    return follows.test(node.opType) && isAlone ? only : undefined;
  }

  for (const node of nodes) {
    const sources = new Set<number>();
    for (const name of node.inputs) {
      if (name === undefined) continue;
      if (entering.has(name)) sources.add(-1);
      const layer = layerOf.get(name);
      if (layer !== undefined) sources.add(layer);
    }
    const inputs = [...sources].sort((a, b) => a - b);
    const place = finished(node, inputs) ?? layers.push({ nodes: [], inputs }) - 1;
    layers[place]?.nodes.push(node);
    for (const name of node.outputs) if (name !== undefined) layerOf.set(name, place);
  }
  return layers;
}
