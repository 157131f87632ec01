import { differentiate, gradientName } from './differentiate.ts';
import type { Graph, Node, ValueInfo } from './graph.ts';
import { int } from './graph.ts';
import { inferShapes } from './inferShapes.ts';
import type { Network, Scores } from './network.ts';
import { checkLayer, upstream } from './network.ts';
import type { Lowering } from './ops/op.ts';
import { findsSlices, slicesFrom, sliceWeights } from './poolSlices.ts';
import { prune } from './prune.ts';
import type { Tensor } from './tensor.ts';

function node(opType: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = {}): Node {
  return { opType, domain: '', name: output, inputs, outputs: [output], attributes };
}

/** A value as an output whose extents are left open. */
function openOutput(name: string): ValueInfo {
  return { name, type: 'float32', shape: undefined };
}

function scoresNode(scores: Scores, logits: string): Node {
  if (scores === 'softmax') return node('Softmax', [logits], 'scores', { axis: int(1) });
  return node(scores === 'sigmoid' ? 'Sigmoid' : 'Identity', [logits], 'scores');
}

/**
 * The network for use: outputs `logits`, `scores` [batch, classes], and the feature maps asked for, by their names; of
 * several slices also `slices.weights` [batch, slices].
 * Any batch size the network itself takes.
 */
export function buildInference(
  network: Network,
  { features = [] }: { readonly features?: readonly string[] } = {},
): Graph {
  for (const layer of features) checkLayer(network, layer);
  const { graph, logits, scores, slices } = network;
  const added = logits === 'logits' ? [] : [node('Identity', [logits], 'logits')];
  const last = scoresNode(scores, logits);
  const outputs = ['logits', 'scores'].map(
    (name): ValueInfo => ({ name, type: 'float32', shape: ['batch', network.classes] }),
  );
  const weights = slices ? [sliceWeights] : [];
  return prune({
    ...graph,
    nodes: [...graph.nodes, ...added, last],
    outputs: [...outputs, ...[...weights, ...features].map(openOutput)],
    metadata: {},
  });
}

/** The frozen base of a network: image in, feature layer out. */
export function buildFeatures(network: Network, layer: string): Graph {
  checkLayer(network, layer);
  return prune({ ...network.graph, outputs: [openOutput(layer)], metadata: {} });
}

/**
 * What comes after a feature layer, as a network whose input is that layer: trained on cached features it is as good as
 * the whole network frozen up to there. All names stay, so `withState` puts what it learned back into the whole.
 * @param inputShape of one image of the whole network, which says how large the features are
 */
export function tailNetwork(network: Network, layer: string, inputShape: readonly [number, number, number]): Network {
  checkLayer(network, layer);
  const before = upstream(network.graph, layer);
  const { shape } = inferShapes(network.graph, { [network.input]: [1, ...inputShape] }).get(layer) ?? { shape: [] };
  const [, channels = 1, rows, columns] = shape;
  const start = startAt(network, layer, channels);
  const after = network.graph.nodes.filter(
    (each) => !each.outputs.some((name) => name !== undefined && before.has(name)) && !findsSlices(each),
  );
  const nodes = [...start.nodes, ...after];
  const input: ValueInfo = {
    name: start.input,
    type: 'float32',
    shape: ['batch', start.channels, rows ?? 'rows', columns ?? 'columns'],
  };
  const initializers = new Map([...network.graph.initializers, ...start.constants]);
  const graph = prune({ ...network.graph, inputs: [input], initializers, nodes });
  const { architecture: _, ...rest } = network;
  return {
    ...rest,
    graph,
    input: start.input,
    inputShape: [start.channels, rows, columns],
    parameters: network.parameters.filter((name) => !before.has(name)),
    featureLayers: network.featureLayers.filter((name) => !before.has(name)),
  };
}

/** What a tail reads: the layer itself; of several slices, the layers of all with a channel that says which there are. */
function startAt(network: Network, layer: string, channels: number) {
  if (!network.slices) return { input: layer, nodes: [], constants: [], channels };
  return { ...slicesFrom(network, layer, channels), channels: network.slices.count * (channels + 1) };
}

export interface GradientOptions {
  readonly batchSize: number;
  readonly inputShape: readonly [number, number, number];
  /** What the engine can do: see `loweringFor`. */
  readonly lowering?: Lowering;
}

/**
 * Grad-CAM (Selvaraju et al., 2017): the feature map and the gradient at it of the chosen class's logit. Inputs: the
 * image and `classWeight` [batch, classes], one-hot. Outputs: `logits`, the layer by its name, `gradient/<layer>`.
 */
export function buildGradCam(
  network: Network,
  layer: string,
  { batchSize, inputShape, lowering = 'indexed' }: GradientOptions,
): Graph {
  checkLayer(network, layer);
  const { graph, logits, classes } = network;
  const nodes = [...graph.nodes, node('Mul', [logits, 'classWeight'], 'cam/chosen')];
  const inputs: ValueInfo[] = [...graph.inputs, { name: 'classWeight', type: 'float32', shape: [batchSize, classes] }];
  if (logits !== 'logits') nodes.push(node('Identity', [logits], 'logits'));
  const outputs = ['logits', layer, 'cam/chosen'].map(openOutput);
  const scored = prune({ ...graph, inputs, nodes, outputs, metadata: {} });
  const differentiated = differentiate(scored, {
    output: 'cam/chosen',
    withRespectTo: [layer],
    inputShapes: { [network.input]: [batchSize, ...inputShape] },
    lowering,
  });
  const wanted = new Set(['logits', layer, gradientName(layer)]);
  return prune({ ...differentiated, outputs: differentiated.outputs.filter((output) => wanted.has(output.name)) });
}

/** The gradient of the chosen class's logit at the image; inputs and naming as in `buildGradCam`. */
export function buildInputGradient(
  network: Network,
  { batchSize, inputShape, lowering = 'indexed' }: GradientOptions,
): Graph {
  const { graph, logits, classes, input } = network;
  const inputs: ValueInfo[] = [...graph.inputs, { name: 'classWeight', type: 'float32', shape: [batchSize, classes] }];
  const nodes = [...graph.nodes, node('Mul', [logits, 'classWeight'], 'cam/chosen')];
  const scored = prune({ ...graph, inputs, nodes, outputs: [openOutput('cam/chosen')], metadata: {} });
  const inputShapes = { [input]: [batchSize, ...inputShape] };
  return differentiate(scored, { output: 'cam/chosen', withRespectTo: [input], inputShapes, lowering });
}

/** Nodes that change no element between the last feature map and the dense layer, besides the pooling itself. */
const passing = new Set(['Flatten', 'Reshape', 'Squeeze', 'Identity', 'Dropout']);

/**
 * The weights [classes, channels] of the dense layer, where the head is global average pooling of the last feature
 * layer and one dense layer: then the class activation map is their product with the feature map (Zhou et al., 2016).
 * undefined for any other head.
 */
export function classWeights(network: Network): Tensor | undefined {
  const { graph, featureLayers, logits } = network;
  const makers = new Map(graph.nodes.flatMap((each) => each.outputs.map((name) => [name, each] as const)));
  const dense = makers.get(logits);
  if (dense?.opType !== 'Gemm') return undefined;
  let value = dense.inputs[0];
  let each = makers.get(value);
  while (each !== undefined && passing.has(each.opType)) {
    value = each.inputs[0];
    each = makers.get(value);
  }
  const pools = each?.opType === 'GlobalAveragePool' || each?.opType === 'ReduceMean';
  if (!pools || each?.inputs[0] !== featureLayers.at(-1)) return undefined;
  const weights = graph.initializers.get(dense.inputs[1] ?? '');
  if (weights === undefined || !(weights.data instanceof Float32Array)) return undefined;
  return dense.attributes.transB?.value === 1 ? weights : transposed(weights);
}

function transposed({ type, shape, data }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const result = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = Number(data[r * columns + c]);
  return { type, shape: [columns, rows], data: result };
}
