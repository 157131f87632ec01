import type { SlicePooling } from '../../contract/caseShape.ts';
import { AppError } from '../../domain/errors.ts';
import type { Dimension, Node } from './graph.ts';
import { int } from './graph.ts';
import { inferShapes } from './inferShapes.ts';
import { denseUniform } from './initialise.ts';
import type { Network } from './network.ts';
import { prune } from './prune.ts';
import type { Tensor } from './tensor.ts';
import { float32, int64s } from './tensor.ts';

/** [batch, slices]: what each slice counts, with sum 1. */
export const sliceWeights = 'slices.weights';

const input = 'slices';
const pooled = 'slices.pooled';
const presence = 'slices.presence';
/** Further from 0 than any feature or score. */
const far = 1e9;
/** Width of the hidden layer of the attention, as in the paper. */
const attentionWidth = 128;

/** Nodes and constants under `slices.`; a node's output has its name. */
class SliceWriter {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();

  write(name: string, opType: string, inputs: readonly string[], attributes: Node['attributes'] = {}): string {
    this.nodes.push({ opType, domain: '', name, inputs, outputs: [name], attributes });
    return name;
  }

  constant(name: string, tensor: Tensor): string {
    this.constants.set(name, tensor);
    return name;
  }

  ints(name: string, values: readonly number[]): string {
    return this.constant(`slices.${name}`, int64s(values));
  }

  reshape(name: string, value: string, shape: readonly number[]): string {
    return this.write(name, 'Reshape', [value, this.ints(`to.${shape.join('.')}`, shape)]);
  }
}

/**
 * From the case [batch, slices * (channels + 1), rows, columns] to the picture of each slice, and to which slices there
 * are [batch, slices].
 */
function writeSlices(to: SliceWriter, count: number, from: string, channels: number, image: string): void {
  const flat = to.reshape('slices.each', from, [-1, channels + 1, 0, 0]);
  const [first, last, end] = [to.ints('first', [0]), to.ints('last', [channels]), to.ints('end', [channels + 1])];
  const axis = to.ints('axis', [1]);
  to.write(image, 'Slice', [flat, first, last, axis]);
  const mark = to.write('slices.mark', 'Slice', [flat, last, end, axis]);
  const isThere = to.write('slices.isThere', 'ReduceMax', [mark, to.ints('plane', [1, 2, 3])], { keepdims: int(0) });
  to.reshape(presence, isThere, [-1, count]);
}

/** What absent slices are moved down by, so that neither maximum nor attention takes them: [batch, slices]. */
function writeAbsence(to: SliceWriter): string {
  const missing = to.write('slices.missing', 'Sub', [to.constant('slices.one', float32([], [1])), presence]);
  return to.write('slices.absence', 'Mul', [missing, to.constant('slices.far', float32([], [far]))]);
}

/** Features [batch * slices, columns], weighted: [batch, columns]. */
function writeWeightedMean(to: SliceWriter, count: number, features: string, columns: number): void {
  const table = to.reshape('slices.table', features, [-1, count, columns]);
  const row = to.reshape('slices.row', sliceWeights, [-1, 1, count]);
  to.reshape(pooled, to.write('slices.mean', 'MatMul', [row, table]), [-1, columns]);
}

function writeMean(to: SliceWriter, count: number, features: string, columns: number): void {
  const total = to.write('slices.total', 'ReduceSum', [presence, to.ints('axis', [1])], { keepdims: int(1) });
  to.write(sliceWeights, 'Div', [presence, total]);
  writeWeightedMean(to, count, features, columns);
}

/** A slice counts by the share of features that are taken from it; of equal ones each gets its part. */
function writeMax(to: SliceWriter, count: number, features: string, columns: number): void {
  const axis = to.ints('axis', [1]);
  const table = to.reshape('slices.table', features, [-1, count, columns]);
  const down = to.reshape('slices.down', writeAbsence(to), [-1, count, 1]);
  const lowered = to.write('slices.lowered', 'Sub', [table, down]);
  to.write(pooled, 'ReduceMax', [lowered, axis], { keepdims: int(0) });
  const top = to.reshape('slices.top', pooled, [-1, 1, columns]);
  const taken = to.write('slices.taken', 'Cast', [to.write('slices.equal', 'Equal', [lowered, top])], { to: int(1) });
  const among = to.write('slices.among', 'ReduceSum', [taken, axis], { keepdims: int(1) });
  const shares = to.write('slices.shares', 'Div', [taken, among]);
  to.write(sliceWeights, 'ReduceMean', [shares, to.ints('columns', [2])], { keepdims: int(0) });
}

const [stretch, gate, score] = ['slices.attention.stretch', 'slices.attention.gate', 'slices.attention.score'];

/**
 * Gated attention: softmax over slices of w (tanh(V h) * sigmoid(U h)), Ilse, Tomczak and Welling, ICML 2018, eq. 9.
 * The bias of w would change nothing and is left out.
 */
function writeAttention(to: SliceWriter, count: number, features: string, columns: number, seed: number): string[] {
  const parameters: string[] = [];
  const parameter = (name: string, shape: readonly number[], fanIn: number) => {
    parameters.push(name);
    return to.constant(name, denseUniform(shape, fanIn, seed, name));
  };
  const dense = (name: string, value: string, outputs: number, inputs: number, hasBias: boolean) => {
    const weight = parameter(`${name}.weight`, [outputs, inputs], inputs);
    const bias = hasBias ? [parameter(`${name}.bias`, [outputs], inputs)] : [];
    return to.write(name, 'Gemm', [value, weight, ...bias], { transB: int(1) });
  };
  const bent = to.write(`${stretch}.tanh`, 'Tanh', [dense(stretch, features, attentionWidth, columns, true)]);
  const open = to.write(`${gate}.sigmoid`, 'Sigmoid', [dense(gate, features, attentionWidth, columns, true)]);
  const gated = to.write('slices.attention.gated', 'Mul', [bent, open]);
  const scores = to.reshape('slices.attention.scores', dense(score, gated, 1, attentionWidth, false), [-1, count]);
  const known = to.write('slices.attention.known', 'Sub', [scores, writeAbsence(to)]);
  to.write(sliceWeights, 'Softmax', [known], { axis: int(1) });
  writeWeightedMean(to, count, features, columns);
  return parameters;
}

function writePooling(to: SliceWriter, how: PoolingChoice, features: string, columns: number): string[] {
  if (how.pooling === 'attention') return writeAttention(to, how.count, features, columns, how.seed);
  const write = how.pooling === 'mean' ? writeMean : writeMax;
  write(to, how.count, features, columns);
  return [];
}

export interface PoolingChoice {
  readonly count: number;
  readonly pooling: SlicePooling;
  /** The attention starts as a function of it. */
  readonly seed: number;
}

/**
 * A network of one picture as one of several slices of a case: the same weights look at each slice, and what the last
 * dense layer reads is pooled over the slices before it. Its input is described in `writeSlices`; `sliceWeights` is its
 * second output.
 * @param imageShape channels, rows, columns of one slice
 * @throws AppError invalid-input where there is no dense last layer to pool before
 */
export function poolSlices(
  network: Network,
  how: PoolingChoice,
  imageShape: readonly [number, number, number],
): Network {
  const { graph, head, logits, parameters } = network;
  const at = graph.nodes.findIndex(({ inputs }) => inputs.some((name) => name !== undefined && head.includes(name)));
  // A network without a head gives features: they are what is pooled.
  const isBare = head.length === 0;
  const features = isBare ? logits : graph.nodes[at]?.inputs[0];
  const types = inferShapes(graph, { [network.input]: [1, ...imageShape] });
  const [, columns = 0, ...further] = types.get(features ?? '')?.shape ?? [];
  if (features === undefined || columns === 0 || further.length > 0)
    throw new AppError(
      'invalid-input',
      'Slices are pooled before a dense last layer, which this network does not have.',
    );
  const [channels] = imageShape;
  const before = new SliceWriter();
  writeSlices(before, how.count, input, channels, network.input);
  const pool = new SliceWriter();
  const own = writePooling(pool, how, features, columns);
  const cut = isBare ? graph.nodes.length : at;
  const rest = graph.nodes.slice(cut).map((node) => readingFrom(node, features, pooled));
  const rows = graph.inputs.find(({ name }) => name === network.input)?.shape?.slice(2) ?? ['rows', 'columns'];
  const shape: Dimension[] = ['batch', how.count * (channels + 1), ...rows];
  const sliced = prune({
    ...graph,
    inputs: [{ name: input, type: 'float32', shape }],
    initializers: new Map([...graph.initializers, ...before.constants, ...pool.constants]),
    nodes: [...before.nodes, ...graph.nodes.slice(0, cut), ...pool.nodes, ...rest],
    outputs: [
      ...graph.outputs.map((output) => (isBare ? { ...output, name: pooled } : output)),
      { name: sliceWeights, type: 'float32', shape: ['batch', how.count] },
    ],
    values: [],
  });
  return {
    ...network,
    graph: sliced,
    input,
    logits: isBare ? pooled : logits,
    inputShape: [how.count * (channels + 1), network.inputShape[1], network.inputShape[2]],
    parameters: [...parameters.filter((name) => !head.includes(name)), ...own, ...head],
    slices: { count: how.count, pooling: how.pooling, image: network.input, features, parameters: own },
  };
}

const readingFrom = (node: Node, value: string, other: string): Node => ({
  ...node,
  inputs: node.inputs.map((name) => (name === value ? other : name)),
});

const isOfSlices = (node: Node): boolean => node.outputs.every((name) => name?.startsWith('slices.'));

/** The network of one picture inside a network of slices; any other as it is. */
export function withoutSlices(network: Network): Network {
  const { slices, ...rest } = network;
  if (!slices) return network;
  const { graph } = network;
  const nodes = graph.nodes
    .filter((node) => !isOfSlices(node) && !node.outputs.includes(slices.image))
    .map((node) => readingFrom(node, pooled, slices.features));
  const bare = network.logits === pooled;
  const [, ...extents] = graph.inputs[0]?.shape ?? [];
  const channels = sliceChannels(network);
  return {
    ...rest,
    graph: prune({
      ...graph,
      inputs: [{ name: slices.image, type: 'float32', shape: ['batch', channels, ...extents.slice(1)] }],
      outputs: graph.outputs
        .filter(({ name }) => name !== sliceWeights)
        .map((output) => (bare ? { ...output, name: slices.features } : output)),
      nodes,
      values: [],
    }),
    input: slices.image,
    logits: bare ? slices.features : network.logits,
    inputShape: [channels, network.inputShape[1], network.inputShape[2]],
    parameters: network.parameters.filter((name) => !slices.parameters.includes(name)),
  };
}

/** How many cases make up so many pictures, at least one. */
export const casesOf = ({ slices }: Pick<Network, 'slices'>, pictures: number): number =>
  Math.max(1, Math.floor(pictures / (slices?.count ?? 1)));

/** Channels of one slice. */
export function sliceChannels({ slices, inputShape: [channels] }: Network): number {
  return slices ? channels / slices.count - 1 : channels;
}

/**
 * What comes before a value of each slice, for a network that starts there: the case then is [batch, slices * (channels +
 * 1), rows, columns] of that value, with the same channel that says which slices there are.
 */
export function slicesFrom(network: Network, value: string, channels: number) {
  const { slices } = network;
  if (!slices) throw new Error('the network looks at one picture');
  const before = new SliceWriter();
  writeSlices(before, slices.count, input, channels, value);
  return { input, nodes: before.nodes, constants: before.constants };
}

/** Whether a node only finds out which slices there are. */
export const findsSlices = (node: Node): boolean =>
  ['slices.each', 'slices.mark', 'slices.isThere', presence].includes(node.outputs[0] ?? '');
