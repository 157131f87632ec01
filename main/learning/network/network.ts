import { z } from 'zod';
import { SlicePooling } from '../../contract/caseShape.ts';
import { AppError } from '../../domain/errors.ts';
import type { Activation } from '../../domain/statistics/scores.ts';
import type { Graph } from './graph.ts';
import { withFullWeights, withHalfWeights } from './halfWeights.ts';
import { decode } from './onnx/decode.ts';
import { encode } from './onnx/encode.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { sizeOf } from './tensor.ts';

/** What a network that looks at several slices of a case is made of. */
export interface SlicedNetwork {
  readonly count: number;
  readonly pooling: SlicePooling;
  /** The picture of one slice [batch * slices, channels, rows, columns], and its features before they are pooled. */
  readonly image: string;
  readonly features: string;
  /** Parameters of the attention. */
  readonly parameters: readonly string[];
}

/**
 * A classifier, or what tells labels or a number: an ONNX graph and what its parts are for. Input [batch, channel, row,
 * column], output the logits [batch, classes].
 */
export interface Network {
  readonly graph: Graph;
  /** Names of the image input and of the output before softmax or sigmoid. */
  readonly input: string;
  readonly logits: string;
  /** How logits become scores. */
  readonly scores: Scores;
  /** Extents of one image; undefined where the network takes any. */
  readonly inputShape: readonly [channels: number, rows: number | undefined, columns: number | undefined];
  readonly classes: number;
  /** Trainable constants of the graph, in forward order. */
  readonly parameters: readonly string[];
  /** Values [batch, channel, row, column] that everything passes through, in forward order; the last is where a CAM is taken. */
  readonly featureLayers: readonly string[];
  /** Parameters of the last dense layer; empty where it was not found. */
  readonly head: readonly string[];
  /** Id of the architecture that built it; undefined for imported networks. */
  readonly architecture?: string | undefined;
  /** Of a network that looks at several slices of a case; feature layers then are [batch * slices, ...]. */
  readonly slices?: SlicedNetwork;
}

export type Scores = Activation;

/** The key of the network's roles in metadata_props. */
const rolesKey = 'groundglass.network';

const Roles = z.object({
  version: z.literal(1),
  input: z.string(),
  logits: z.string(),
  scores: z.enum(['softmax', 'sigmoid', 'identity']),
  inputShape: z.tuple([z.number(), z.number().nullable(), z.number().nullable()]),
  classes: z.number(),
  parameters: z.array(z.string()),
  featureLayers: z.array(z.string()),
  head: z.array(z.string()),
  architecture: z.string().optional(),
  slices: z
    .object({
      count: z.number(),
      pooling: SlicePooling,
      image: z.string(),
      features: z.string(),
      parameters: z.array(z.string()),
    })
    .optional(),
});

/**
 * model.onnx: the graph, its weights and its roles. The bytes are a function of the arguments alone.
 * @param weights `half` rounds parameters to float16: half the bytes, for networks that others start from
 */
export function encodeNetwork(
  network: Network,
  metadata: Readonly<Record<string, string>> = {},
  weights: 'full' | 'half' = 'full',
): Uint8Array<ArrayBuffer> {
  const { graph: full, inputShape, ...roles } = network;
  const graph = weights === 'half' ? withHalfWeights(full, network.parameters) : full;
  const stored = { version: 1, ...roles, inputShape: inputShape.map((extent) => extent ?? null) };
  return encode({ ...graph, metadata: { ...graph.metadata, ...metadata, [rolesKey]: JSON.stringify(stored) } });
}

/**
 * The network of a graph whose roles are written in it, or undefined for a graph of somebody else. Parameters that were
 * written in float16 are float32 from here on.
 */
export function networkOfGraph(read: Graph): Network | undefined {
  const stored = read.metadata[rolesKey];
  if (stored === undefined) return undefined;
  const graph = withFullWeights(read);
  const { version: _, inputShape, architecture, slices, ...roles } = parseRoles(stored);
  const [channels, rows, columns] = inputShape;
  const extents = [channels, rows ?? undefined, columns ?? undefined] as const;
  const network = { graph, inputShape: extents, ...roles, ...(slices && { slices }) };
  const missing = [...network.parameters, ...network.head].find((name) => !graph.initializers.has(name));
  if (missing !== undefined) throw new AppError('model-damaged', `The model lacks its parameter ${missing}.`);
  return architecture === undefined ? network : { ...network, architecture };
}

function parseRoles(stored: string): z.infer<typeof Roles> {
  try {
    return Roles.parse(JSON.parse(stored));
  } catch (cause) {
    throw new AppError('model-damaged', 'The description of the layers in this model cannot be read.', { cause });
  }
}

/** @throws AppError model-damaged, also for a network that Groundglass did not write (see importNetwork) */
export function decodeNetwork(bytes: Uint8Array): Network {
  const network = networkOfGraph(decode(bytes));
  if (network === undefined)
    throw new AppError('model-damaged', 'The model was not written by Groundglass: import it.');
  return network;
}

function constantOf(network: Network, name: string): Tensor {
  const tensor = network.graph.initializers.get(name);
  if (tensor === undefined) throw new Error(`the network has no constant ${name}`);
  return tensor;
}

export function parameterTensors(network: Network): Tensors {
  return Object.fromEntries(network.parameters.map((name) => [name, constantOf(network, name)]));
}

/** How many numbers training may change; running statistics are not among them (as torchvision counts). */
export function parameterCount(network: Network): number {
  return network.parameters.reduce((sum, name) => sum + sizeOf(constantOf(network, name).shape), 0);
}

/** The network with other values in some of its constants; names it does not have (optimizer slots) are left out. */
export function withState(network: Network, state: Tensors): Network {
  const initializers = new Map(network.graph.initializers);
  for (const [name, tensor] of Object.entries(state)) {
    const before = initializers.get(name);
    if (before === undefined) continue;
    if (before.shape.join() !== tensor.shape.join()) {
      throw new AppError(
        'shape-mismatch',
        `Parameter ${name} is [${before.shape.join()}], given is [${tensor.shape.join()}].`,
      );
    }
    initializers.set(name, tensor);
  }
  return { ...network, graph: { ...network.graph, initializers } };
}

/** Names of everything that the value depends on: nodes' outputs, constants, inputs, itself. */
export function upstream(graph: Graph, value: string): ReadonlySet<string> {
  const needed = new Set([value]);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => name !== undefined && needed.has(name))) continue;
    for (const name of node.inputs) if (name !== undefined) needed.add(name);
    for (const name of node.outputs) if (name !== undefined) needed.add(name);
  }
  return needed;
}

/**
 * The parameters that train when a network is frozen up to a point.
 * @param point `all`, `head` (the last dense layer), or the feature layer up to and including which nothing changes
 */
export function trainableAfter(network: Network, point: string): readonly string[] {
  if (point === 'all') return network.parameters;
  if (point === 'head') {
    if (network.head.length === 0)
      throw new AppError('invalid-input', 'This network has no dense layer to train alone.');
    // What weighs slices against each other belongs to the end of the network as the last layer does.
    return [...(network.slices?.parameters ?? []), ...network.head];
  }
  checkLayer(network, point);
  const frozen = upstream(network.graph, point);
  return network.parameters.filter((name) => !frozen.has(name));
}

/** @throws AppError not-found */
export function checkLayer(network: Network, layer: string): void {
  if (network.featureLayers.includes(layer)) return;
  const known = network.featureLayers.join(', ');
  throw new AppError('not-found', `The network has no layer ${layer}; it has ${known || 'none'}.`);
}
