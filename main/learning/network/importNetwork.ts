import { AppError } from '../../domain/errors.ts';
import { findFeatureLayers } from './findFeatureLayers.ts';
import { foldConstants } from './foldConstants.ts';
import { dequantizedConstants, spellOutQuantization } from './foldQuantization.ts';
import type { Dimension, Graph, Node, ValueInfo } from './graph.ts';
import { int, ints } from './graph.ts';
import { inferShapes, unknownOps } from './inferShapes.ts';
import type { Network } from './network.ts';
import { networkOfGraph, upstream } from './network.ts';
import type { ExternalData } from './onnx/decode.ts';
import { decode } from './onnx/decode.ts';
import { upgrade } from './onnx/upgrade.ts';
import { sizeOf } from './tensor.ts';

/** Names that graphs made from a network give a meaning to. */
const reserved = new Set(['x', 'y', 'sampleWeight', 'learningRate', 'loss', 'logits', 'scores', 'classWeight']);

/** Operators that only change the shape of the scores. */
const shapeOnly = new Set(['Flatten', 'Reshape', 'Squeeze', 'Identity', 'Unsqueeze']);

/** Operators that may come after the last layer with weights: they keep one number per class. */
const afterHead = new Set([
  ...shapeOnly,
  ...['GlobalAveragePool', 'AveragePool', 'ReduceMean', 'Relu', 'QuantizeLinear', 'DequantizeLinear'],
]);

function renamed(graph: Graph): Graph {
  const rename = (name: string) => (reserved.has(name) ? `imported/${name}` : name);
  const maybe = (name: string | undefined) => (name === undefined ? name : rename(name));
  const info = (value: ValueInfo): ValueInfo => ({ ...value, name: rename(value.name) });
  return {
    ...graph,
    inputs: graph.inputs.map(info),
    outputs: graph.outputs.map(info),
    values: [],
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor])),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(maybe), outputs: node.outputs.map(maybe) })),
  };
}

/** The one image input, channels first; an input with channels last gets a transpose in front. */
function withImageInput(graph: Graph): {
  graph: Graph;
  input: string;
  shape: readonly [number, number | undefined, number | undefined];
} {
  const [info] = graph.inputs;
  const shape = info?.shape;
  if (info === undefined || graph.inputs.length !== 1 || info.type !== 'float32' || shape?.length !== 4) {
    throw new AppError(
      'shape-mismatch',
      'A network for images has one float32 input [batch, channels, rows, columns].',
    );
  }
  const fixed = (extent: Dimension | undefined) => (typeof extent === 'number' && extent > 0 ? extent : undefined);
  const [first, second, third, fourth] = [fixed(shape[0]), fixed(shape[1]), fixed(shape[2]), fixed(shape[3])];
  const isChannelCount = (extent: number | undefined) => extent !== undefined && extent <= 4;
  // A batch extent of 1 is the exporter's example, not a limit, unless the graph reshapes with it.
  const batch: Dimension = first === undefined || first === 1 ? 'batch' : first;
  if (second !== undefined && (isChannelCount(second) || !isChannelCount(fourth))) {
    const inputs = [{ ...info, shape: [batch, second, third ?? 'rows', fourth ?? 'columns'] }];
    return { graph: { ...graph, inputs }, input: info.name, shape: [second, third, fourth] };
  }
  if (fourth === undefined)
    throw new AppError('shape-mismatch', 'The network does not say how many channels it takes.');
  const input = 'image';
  const turn: Node = {
    opType: 'Transpose',
    domain: '',
    name: 'channels-last',
    inputs: [input],
    outputs: [info.name],
    attributes: { perm: ints([0, 2, 3, 1]) },
  };
  const inputs: ValueInfo[] = [
    { name: input, type: 'float32', shape: [batch, fourth, second ?? 'rows', third ?? 'columns'] },
  ];
  return { graph: { ...graph, inputs, nodes: [turn, ...graph.nodes] }, input, shape: [fourth, second, third] };
}

/** Cuts the graph before its final softmax or sigmoid. */
function logitsOf(graph: Graph): { logits: string; scores: Network['scores'] } {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const output = graph.outputs[0]?.name ?? '';
  let maker = makers.get(output);
  while (maker !== undefined && shapeOnly.has(maker.opType)) maker = makers.get(maker.inputs[0]);
  const before = maker?.inputs[0];
  if (before !== undefined && maker?.opType === 'Sigmoid') return { logits: before, scores: 'sigmoid' };
  if (before !== undefined && (maker?.opType === 'Softmax' || maker?.opType === 'LogSoftmax')) {
    return { logits: before, scores: 'softmax' };
  }
  return { logits: output, scores: 'softmax' };
}

/** Reshapes with a fixed batch of 1 are written for any batch. */
function anyBatch(graph: Graph, types: ReturnType<typeof inferShapes>): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    const target = node.opType === 'Reshape' ? types.get(node.inputs[1] ?? '')?.constant?.data : undefined;
    const from = types.get(node.inputs[0] ?? '')?.shape;
    if (target === undefined || target[0] !== 1 || from?.[0] !== 1 || target.length < 2) return node;
    const name = `${node.outputs[0]}/shape`;
    const open = [...target];
    // 0 keeps the extent of the input: the batch stays what it is.
    open[0] = 0;
    initializers.set(name, { type: 'int64', shape: [open.length], data: BigInt64Array.from(open, BigInt) });
    return { ...node, inputs: [node.inputs[0], name], attributes: {} };
  });
  return { ...graph, nodes, initializers };
}

const weighted: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [1],
  BatchNormalization: [1, 2],
};

/** Constants that training may change: weights of layers, and vectors added or multiplied after the first of them. */
function findParameters(graph: Graph): string[] {
  const found = new Set<string>();
  const quantized = dequantizedConstants(graph);
  for (const node of graph.nodes) {
    const positions = weighted[node.opType] ?? (found.size > 0 && ['Add', 'Mul'].includes(node.opType) ? [0, 1] : []);
    for (const i of positions) {
      const given = node.inputs[i] ?? '';
      const name = quantized.get(given) ?? given;
      const tensor = graph.initializers.get(name);
      if (tensor?.type === 'float32' && sizeOf(tensor.shape) > 1) found.add(name);
    }
  }
  return [...found];
}

/** The last layer with weights whose outputs are the classes. */
function findHead(graph: Graph, logits: string, classes: number, parameters: readonly string[]): string[] {
  const before = upstream(graph, logits);
  const isParameter = new Set(parameters);
  const head: string[] = [];
  const quantized = dequantizedConstants(graph);
  for (const node of graph.nodes.toReversed()) {
    if (!before.has(node.outputs[0] ?? '')) continue;
    if (quantized.has(node.outputs[0] ?? '')) continue;
    const weights = node.inputs
      .map((name) => quantized.get(name ?? '') ?? name)
      .filter((name): name is string => name !== undefined && isParameter.has(name));
    const isLayer = ['Gemm', 'MatMul', 'Conv'].includes(node.opType) && weights.length > 0;
    const isBias = node.opType === 'Add' && weights.length > 0;
    if (isBias || isLayer) head.unshift(...weights);
    if (isLayer) {
      const shape = graph.initializers.get(weights[0] ?? '')?.shape ?? [];
      return shape.includes(classes) ? head : [];
    }
    if (!isBias && !afterHead.has(node.opType)) return [];
  }
  return [];
}

/**
 * A classifier from any ONNX file: one float32 image input, one output of class scores or logits. Networks written by
 * Groundglass keep their roles; for others the feature layers, the logits and the head are found from the graph. Quantised
 * networks give what they gave; their weights are floats, and where they are trained so are the values between layers.
 * @throws AppError model-damaged, unsupported-operator (names them), shape-mismatch, file-not-found (external weights)
 */
export function importNetwork(bytes: Uint8Array, external?: ExternalData): Network {
  const read = decode(bytes, external);
  return networkOfGraph(read) ?? networkOfForeignGraph(read);
}

/** The roles in a graph that somebody else wrote. @throws as importNetwork */
export function networkOfForeignGraph(read: Graph): Network {
  try {
    return foreignNetwork(read);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Attributes and constants of a foreign file can be anything; a rule that trips over them found a damaged model.
    throw new AppError('model-damaged', 'The layers of this model do not fit together.', { cause });
  }
}

function foreignNetwork(read: Graph): Network {
  const spelled = spellOutQuantization(read);
  const missing = unknownOps(spelled);
  if (missing.length > 0) {
    throw new AppError(
      'unsupported-operator',
      `The network uses operators Groundglass does not know: ${missing.join(', ')}.`,
    );
  }
  const { graph: open, input, shape } = withImageInput(foldConstants(renamed(upgrade(spelled))));
  const example = [1, shape[0], shape[1] ?? 224, shape[2] ?? 224];
  const graph = anyBatch(open, inferShapes(open, { [input]: example }));
  const types = inferShapes(graph, { [input]: example });
  const found = logitsOf(graph);
  const extents = types.get(found.logits)?.shape ?? [];
  const classes = extents[1] ?? 0;
  if (classes < 1 || sizeOf(extents.slice(2)) !== 1) {
    throw new AppError(
      'shape-mismatch',
      `A classifier gives one number per class, this network gives [${extents.join(', ')}].`,
    );
  }
  const flat = extents.length === 2;
  const logits = flat ? found.logits : `${found.logits}/flat`;
  const flatten: Node = {
    opType: 'Flatten',
    domain: '',
    name: logits,
    inputs: [found.logits],
    outputs: [logits],
    attributes: { axis: int(1) },
  };
  const output: ValueInfo = { name: logits, type: 'float32', shape: ['batch', classes] };
  const complete: Graph = {
    ...graph,
    nodes: flat ? graph.nodes : [...graph.nodes, flatten],
    outputs: [output],
    metadata: {},
  };
  const kept = new Set(upstream(complete, logits));
  const trimmed = { ...complete, nodes: complete.nodes.filter((node) => kept.has(node.outputs[0] ?? '')) };
  const parameters = findParameters(trimmed);
  return {
    graph: trimmed,
    input,
    logits,
    scores: found.scores,
    inputShape: shape,
    classes,
    parameters,
    featureLayers: findFeatureLayers(trimmed, inferShapes(trimmed, { [input]: example })),
    head: findHead(trimmed, logits, classes, parameters),
  };
}
